import * as z from "zod";
import type { Actor } from "../kernel/permission.ts";
import type { Db } from "../kernel/statement.ts";
import { iso, shownInstant } from "../kernel/time.ts";
import { lmsTickets } from "./schema.ts";
import { newTicket, TICKET_MS } from "./ticket.ts";

export const ticketAnswer = z.object({
  ticket: z.string().nullable().describe("Shown once; null in a replayed answer"),
  expiresAt: shownInstant,
  url: z
    .string()
    .nullable()
    .describe("What to open, ticket included, under this deployment's origin as ws or wss"),
});

type Ask = { db: Db; actor: Actor; now: number; id: () => string };

/** A ticket's answer and its row, good for whatever the actor is now. */
export function ticketFor(
  { db, actor, now, id }: Ask,
  { path, sessionId }: { path: string; sessionId: string | null },
) {
  const { ticket, tokenHash } = newTicket();
  const expiresAt = now + TICKET_MS;
  return {
    answer: { ticket, expiresAt: iso(expiresAt), url: `${path}?ticket=${ticket}` },
    writes: [
      db.insert(lmsTickets).values({
        id: id(),
        organizationId: actor.orgId,
        tokenHash,
        memberId: actor.id,
        sessionId,
        roles: actor.roles,
        credential: actor.credential ?? null,
        expiresAt,
        usedAt: null,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
      }),
    ],
  };
}
