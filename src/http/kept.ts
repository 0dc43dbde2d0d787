/** A key of our own, never the URL: what else a caller sends splits or poisons nothing. */
export function keptKey(orgId: string, path: string, params: Record<string, unknown>): string {
  const sorted = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${orgId} ${path} ${JSON.stringify(sorted)}`;
}
