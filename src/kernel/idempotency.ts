import { and, eq, gt, lte } from "drizzle-orm";
import type { Actor } from "./permission.ts";
import { lmsIdempotency } from "./schema.ts";
import type { Db, Statement } from "./statement.ts";
import { DAY } from "./time.ts";

const KEPT_MS = DAY;

/** A key within its scope: organization, actor and command. */
export type KeyScope = { actor: Actor; command: string; key: string; now: number };

const scoped = ({ actor, command, key }: KeyScope) =>
  and(
    eq(lmsIdempotency.organizationId, actor.orgId),
    eq(lmsIdempotency.actorId, actor.id),
    eq(lmsIdempotency.command, command),
    eq(lmsIdempotency.key, key),
  );

export const storedAnswer = (db: Db, scope: KeyScope) =>
  db
    .select({
      requestHash: lmsIdempotency.requestHash,
      status: lmsIdempotency.status,
      answer: lmsIdempotency.answer,
    })
    .from(lmsIdempotency)
    .where(and(scoped(scope), gt(lmsIdempotency.createdAt, scope.now - KEPT_MS)));

/** The row's own key is the lock: of two requests at once the second fails on it before all else. */
export const storeAnswer = (
  db: Db,
  scope: KeyScope,
  { requestHash, status, answer }: { requestHash: string; status: number; answer: unknown },
): Statement[] => [
  db
    .delete(lmsIdempotency)
    .where(and(scoped(scope), lte(lmsIdempotency.createdAt, scope.now - KEPT_MS))),
  db.insert(lmsIdempotency).values({
    organizationId: scope.actor.orgId,
    actorId: scope.actor.id,
    command: scope.command,
    key: scope.key,
    requestHash,
    status,
    answer: JSON.stringify(answer),
    createdAt: scope.now,
  }),
];

/** SHA-256, in hex, of the validated payload with its keys sorted. */
export async function hashOf(payload: unknown): Promise<string> {
  const text = JSON.stringify(payload, (_, value) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text ?? "null"));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
