import type { Context } from "hono";
import { shortMemory } from "./short-memory.ts";
import type { AppEnv } from "./variables.ts";

/** A key of our own, never the URL: what else a caller sends splits or poisons nothing. */
export function keptKey(orgId: string, path: string, params: Record<string, unknown>): string {
  const sorted = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${orgId} ${path} ${JSON.stringify(sorted)}`;
}

const REMEMBERED_MS = 30_000;
const keys = shortMemory<string>({ keptMs: REMEMBERED_MS, max: 5_000 });

/** Headers that say who calls, or for which organization: without them the address says it all. */
const NAMING = ["authorization", "cookie", "x-org-id"] as const;

const isPlain = (c: Context<AppEnv>): boolean =>
  c.req.method === "GET" && NAMING.every((name) => c.req.header(name) === undefined);

/** So that the next one who asks this address without a name is answered by its key at once. */
export function rememberKey(c: Context<AppEnv>, key: string): void {
  if (isPlain(c)) keys.put(c.req.url, key, c.get("platform").host.now() + REMEMBERED_MS);
}

export const rememberedKey = (c: Context<AppEnv>): string | undefined =>
  isPlain(c) ? keys.get(c.req.url, c.get("platform").host.now()) : undefined;
