// SPDX-License-Identifier: Apache-2.0
// A part of the page that is loaded when it is first shown.

import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';

type Loaded<P> = { readonly part: ComponentType<P> } | 'loading' | 'failed';

/** Says when it does not arrive, and tries again on request. */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const loaded = signal<Loaded<P> | null>(null);
  const begin = async () => {
    loaded.value = 'loading';
    try {
      loaded.value = { part: await load() };
    } catch {
      loaded.value = 'failed';
    }
  };
  return (props: P) => {
    if (loaded.value === null) queueMicrotask(() => void begin());
    const now = loaded.value;
    if (now !== null && typeof now === 'object') {
      const Part = now.part;
      return <Part {...props} />;
    }
    if (now !== 'failed') return null;
    return (
      <div class="lazy-failure" role="alert">
        <p>This part of the page did not arrive.</p>
        <button type="button" class="button" onClick={begin}>
          Try again
        </button>
      </div>
    );
  };
}
