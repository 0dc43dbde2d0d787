import * as z from "zod";
import { ROLES } from "../kernel/permission.ts";

/** How many sockets one object of a gateway takes before the organization gets more objects. */
export const SHARD_SOCKETS = 1_000;
export const SHARDS_MAX = 64;
/** What a socket subscribes to has to fit into what it keeps through hibernation, 2 KB. */
export const CHANNELS_MAX = 20;

/** Its session or key has ended, which no event tells of; whoever signs in again is given a new ticket. */
export const ENDED_CLOSE = { code: 4401, reason: "Signed out: ask for a new ticket" };

/** Whom a ticket let in, and into which of its organization's objects. */
export const admission = z.object({
  orgId: z.string().min(1),
  userId: z.string().min(1),
  roles: z.array(z.enum(ROLES)),
  credential: z.object({ kind: z.enum(["session", "key", "token"]), id: z.string() }).nullable(),
  shard: z.int().min(0),
  /** How many the object takes, this one among them. */
  socketsMax: z.int().min(1).optional(),
});

export type Admission = z.infer<typeof admission>;

/** The objects where a person's socket may go, its own first: by FNV-1a over the id. */
export function shardsFor(userId: string, shards: number): number[] {
  let hash = 0x811c9dc5;
  for (const unit of new TextEncoder().encode(userId)) {
    hash = Math.imul(hash ^ unit, 0x01000193) >>> 0;
  }
  return Array.from({ length: shards }, (_, step) => (hash + step) % shards);
}
