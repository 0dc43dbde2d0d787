type Kept<T> = { value: T; until: number };

/** What the isolate remembers for a moment: bounded, and what came first goes first. Times are epoch ms. */
export function shortMemory<T>({ keptMs, max }: { keptMs: number; max: number }) {
  const kept = new Map<string, Kept<T>>();
  return {
    get(key: string, now: number): T | undefined {
      const one = kept.get(key);
      // A clock that was set back must not keep a thing for longer than it was meant to be.
      if (one && one.until > now && one.until <= now + keptMs) return one.value;
      kept.delete(key);
      return undefined;
    },
    /** What is there already stays until its own end. */
    put(key: string, value: T, until: number): void {
      if (kept.get(key)?.value === value) return;
      kept.delete(key);
      if (kept.size >= max) {
        const first = kept.keys().next();
        if (!first.done) kept.delete(first.value);
      }
      kept.set(key, { value, until });
    },
  };
}
