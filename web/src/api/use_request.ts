// SPDX-License-Identifier: Apache-2.0
// One request of a page with its three states. `again` repeats it and keeps what is shown until the answer comes.

import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { ApiError, isAbort } from './api_error';

export type RequestState<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly error: ApiError };

export function useRequest<T>(ask: (signal: AbortSignal) => Promise<T>): {
  request: ReadonlySignal<RequestState<T>>;
  again: () => void;
} {
  const request = useSignal<RequestState<T>>({ state: 'loading' });
  const running = useRef<AbortController | null>(null);
  const asking = useRef(ask);
  asking.current = ask;

  const again = useCallback(async () => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    if (request.value.state === 'failed') request.value = { state: 'loading' };
    try {
      request.value = { state: 'ready', value: await asking.current(controller.signal) };
    } catch (error) {
      if (isAbort(error)) return;
      const failure = error instanceof ApiError ? error : new ApiError(0, 'unknown', String(error));
      request.value = { state: 'failed', error: failure };
    }
  }, [request]);

  useEffect(() => {
    void again();
    return () => running.current?.abort();
  }, [again]);

  return { request, again };
}
