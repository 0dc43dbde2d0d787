/** Half to all of a doubling ceiling, in milliseconds: the first retry waits up to `baseMs`. */
export function backoffMs(
  attempt: number,
  {
    baseMs = 2_000,
    ceilingMs = 600_000,
    random = Math.random,
  }: {
    baseMs?: number;
    ceilingMs?: number;
    random?: () => number;
  } = {},
): number {
  const most = Math.min(ceilingMs, baseMs * 2 ** Math.max(0, attempt - 1));
  return Math.ceil(most * (0.5 + random() / 2));
}
