// SPDX-License-Identifier: Apache-2.0
// The two pages of the application and the address bar.

import { signal } from '@preact/signals';

export type Route = { page: 'list' } | { page: 'viewer'; id: string } | { page: 'unknown' };

export function parseRoute(path: string): Route {
  if (path === '/' || path === '') return { page: 'list' };
  const id = /^\/d\/([0-9a-f]{24})\/?$/.exec(path)?.[1];
  return id ? { page: 'viewer', id } : { page: 'unknown' };
}

export const route = signal<Route>(parseRoute(location.pathname));

export function navigate(path: string): void {
  history.pushState(null, '', path);
  route.value = parseRoute(path);
  scrollTo(0, 0);
}

addEventListener('popstate', () => {
  const next = parseRoute(location.pathname);
  // A change of the hash alone also fires popstate and must not build the page anew.
  if (JSON.stringify(next) !== JSON.stringify(route.value)) route.value = next;
});
