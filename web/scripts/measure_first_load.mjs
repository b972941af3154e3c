// SPDX-License-Identifier: Apache-2.0
// Prints what a first visit loads, as gzip -9 makes it, and fails over the budget.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budgetBytes = 150_000;
const dist = new URL('../dist/', import.meta.url);
const files = ['index.html', ...readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`)];

let total = 0;
for (const file of files) {
  const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)}  ${file}`);
}
console.log(`${String(total).padStart(8)}  bytes in all, of ${budgetBytes}`);
if (total > budgetBytes) {
  console.error('The first load is over its budget.');
  process.exit(1);
}
