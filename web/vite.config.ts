// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

const server = process.env.BEAMPORT_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': server, '/zarr': server } },
  test: { include: ['src/**/*.test.ts'] },
});
