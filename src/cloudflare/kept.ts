import type { KeptAnswer, NewAnswer, Platform } from "../http/platform.ts";
import { clock } from "./clock.ts";

const KEPT_MS = 60_000;
const ENTRIES_MAX = 1_000;

type Entry = NewAnswer & { until: number };
type Near = KeptAnswer & { until: number };

/** The isolate's own answers, before the edge's: both end 60 s after the answer was made. */
const inIsolate = new Map<string, Near>();

export function forgetKept(): void {
  inIsolate.clear();
}

const addressOf = async (key: string): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return `https://kept.lyceum.internal/${hex.join("")}`;
};

/** In UTF-8 already: a long text would be encoded again for every answer. */
function remember(key: string, entry: Entry): Near {
  if (inIsolate.size >= ENTRIES_MAX) {
    const oldest = inIsolate.keys().next().value;
    if (oldest !== undefined) inIsolate.delete(oldest);
  }
  const near = { ...entry, body: new TextEncoder().encode(entry.body) };
  inIsolate.set(key, near);
  return near;
}

export const keptAnswers = (
  cache: Cache,
  after: (work: () => Promise<void>) => void,
): Platform["kept"] => ({
  get: async (key) => {
    const near = inIsolate.get(key);
    if (near && near.until > clock.now()) return near;
    inIsolate.delete(key);
    const far = await cache.match(await addressOf(key));
    if (!far) return undefined;
    const entry = (await far.json()) as Entry;
    if (entry.until <= clock.now()) return undefined;
    return remember(key, entry);
  },
  put: (key, answer) => {
    const entry = { ...answer, until: clock.now() + KEPT_MS };
    remember(key, entry);
    after(async () => {
      const headers = { "content-type": "application/json", "cache-control": "public, max-age=60" };
      await cache.put(await addressOf(key), new Response(JSON.stringify(entry), { headers }));
    });
  },
});
