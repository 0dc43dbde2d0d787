import type { KeptAnswer, NewAnswer, Platform } from "../http/platform.ts";
import { clock } from "./clock.ts";

const KEPT_MS = 60_000;
/** What an isolate spares of its 128 MB; what is larger is kept at the edge alone. */
const BYTES_MAX = 16_000_000;
const BYTES_AN_ANSWER_MAX = 128_000;

type Entry = NewAnswer & { until: number };
type Near = KeptAnswer & { until: number };

/** The isolate's own answers, before the edge's: both end 60 s after the answer was made. */
const inIsolate = new Map<string, Near>();
let bytesKept = 0;

export function forgetKept(): void {
  inIsolate.clear();
  bytesKept = 0;
}

const addressOf = async (key: string): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return `https://kept.lyceum.internal/${hex.join("")}`;
};

function forget(key: string): void {
  bytesKept -= inIsolate.get(key)?.body.byteLength ?? 0;
  inIsolate.delete(key);
}

/** In UTF-8 already: a long text would be encoded again for every answer. The oldest go first. */
function remember(key: string, entry: Entry): Near {
  const near = { ...entry, body: new TextEncoder().encode(entry.body) };
  forget(key);
  if (near.body.byteLength > BYTES_AN_ANSWER_MAX) return near;
  inIsolate.set(key, near);
  bytesKept += near.body.byteLength;
  for (const oldest of inIsolate.keys()) {
    if (bytesKept <= BYTES_MAX) break;
    forget(oldest);
  }
  return near;
}

export const keptAnswers = (
  cache: Cache,
  after: (work: () => Promise<void>) => void,
): Platform["kept"] => ({
  get: async (key) => {
    const near = inIsolate.get(key);
    if (near && near.until > clock.now()) return near;
    forget(key);
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
