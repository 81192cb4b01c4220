export interface RowGroupCache<T> {
  /** What is kept under a key, or else what `read` gives. Reads that overlap share one. */
  get(key: string, read: () => Promise<T>): Promise<T>;
  clear(): void;
}

/** Keeps what was used last, up to so many bytes: one, however large, and others while there is room. */
export function createRowGroupCache<T>(most: number, sizeOf: (value: T) => number): RowGroupCache<T> {
  // A map keeps the order in which keys were put in.
  const kept = new Map<string, { readonly value: T; readonly bytes: number }>();
  const underway = new Map<string, Promise<T>>();
  let total = 0;

  function keep(key: string, value: T): void {
    const bytes = sizeOf(value);
    kept.set(key, { value, bytes });
    total += bytes;
    for (const [oldest, { bytes }] of kept) {
      if (total <= most || oldest === key) break;
      kept.delete(oldest);
      total -= bytes;
    }
  }

  return {
    async get(key, read) {
      const found = kept.get(key);
      if (found !== undefined) {
        kept.delete(key);
        kept.set(key, found);
        return found.value;
      }
      const shared = underway.get(key);
      if (shared !== undefined) return shared;
      const reading = read();
      underway.set(key, reading);
      try {
        const value = await reading;
        keep(key, value);
        return value;
      } finally {
        underway.delete(key);
      }
    },
    clear() {
      kept.clear();
      total = 0;
    },
  };
}
