// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from 'vitest';

vi.stubGlobal('location', { pathname: '/' });
vi.stubGlobal('addEventListener', () => {});
const { parseRoute } = await import('./route');

test('addresses lead to their page', () => {
  expect(parseRoute('/')).toEqual({ page: 'list' });
  expect(parseRoute('/d/0123456789abcdef01234567')).toEqual({
    page: 'viewer',
    id: '0123456789abcdef01234567',
  });
  expect(parseRoute('/d/0123')).toEqual({ page: 'unknown' });
  expect(parseRoute('/elsewhere')).toEqual({ page: 'unknown' });
});
