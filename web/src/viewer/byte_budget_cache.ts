// SPDX-License-Identifier: Apache-2.0
// Least-recently-used cache with a budget in bytes. A Map remembers insertion order, so the oldest use is always first.

export class ByteBudgetCache<V> {
  private readonly entries = new Map<string, { value: V; bytes: number }>();
  private used = 0;

  constructor(
    private readonly budgetBytes: number,
    private readonly dropped: (value: V) => void = () => {},
  ) {}

  get usedBytes(): number {
    return this.used;
  }

  get size(): number {
    return this.entries.size;
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** Counts as a use. */
  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** Does not count as a use. */
  peek(key: string): V | undefined {
    return this.entries.get(key)?.value;
  }

  set(key: string, value: V, bytes: number): void {
    this.remove(key);
    this.entries.set(key, { value, bytes });
    this.used += bytes;
    this.trim(key);
  }

  clear(): void {
    for (const key of [...this.entries.keys()]) this.remove(key);
  }

  /** Frees the oldest entries until the budget holds; the newest stays even when it alone is too large. */
  private trim(newest: string): void {
    for (const key of this.entries.keys()) {
      if (this.used <= this.budgetBytes || key === newest) return;
      this.remove(key);
    }
  }

  private remove(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.used -= entry.bytes;
    this.dropped(entry.value);
  }
}
