// SPDX-License-Identifier: Apache-2.0
// Holds the one ViewState and tells listeners when it changes. The panels, the page and the address all follow it.

import type { ViewState } from './view_state';

type Listener = (state: ViewState, before: ViewState) => void;

export class ViewStore {
  private readonly listeners = new Set<Listener>();

  constructor(private current: ViewState) {}

  get state(): ViewState {
    return this.current;
  }

  update(change: Partial<ViewState>): void {
    const before = this.current;
    this.current = { ...before, ...change };
    for (const listener of this.listeners) listener(this.current, before);
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
