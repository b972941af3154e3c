// SPDX-License-Identifier: Apache-2.0
// Prints what a first visit loads, as gzip -9 makes it, and fails over the budget. The first load is index.html and all
// that it names; the rest of the files comes when a part of the page is first used, and is only listed.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budgetBytes = 150_000;
const dist = new URL('../dist/', import.meta.url);
const page = readFileSync(new URL('index.html', dist), 'utf8');
const all = readdirSync(new URL('assets/', dist)).map((name) => `assets/${name}`);
const first = ['index.html', ...all.filter((file) => page.includes(`/${file}"`))];
const later = all.filter((file) => !first.includes(file));
if (!first.some((file) => file.endsWith('.js'))) throw new Error('index.html names no script of dist/assets');

const sum = (files) => {
  let total = 0;
  for (const file of files) {
    const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
    total += bytes;
    console.log(`${String(bytes).padStart(8)}  ${file}`);
  }
  return total;
};

const total = sum(first);
console.log(`${String(total).padStart(8)}  bytes at first, of ${budgetBytes}`);
console.log(`${String(sum(later)).padStart(8)}  bytes later, on demand`);
if (total > budgetBytes) {
  console.error('The first load is over its budget.');
  process.exit(1);
}
