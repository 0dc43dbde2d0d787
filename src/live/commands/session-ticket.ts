import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { maybe } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { joinFault } from "../room.ts";
import { lmsTickets } from "../schema.ts";
import { participants, readSession, sessionReadBy } from "../session.ts";
import { enrollmentInSession } from "../statements.ts";
import { newTicket, TICKET_MS } from "../ticket.ts";

export const sessionTicket = command({
  type: "lms.session.ticket",
  summary: "A ticket that opens the session's WebSocket once, within a minute",
  input: z.strictObject({ sessionId: id }),
  output: z.object({
    ticket: z.string().nullable().describe("Shown once; null in a replayed answer"),
    expiresAt: shownInstant,
    url: z
      .string()
      .nullable()
      .describe("What to open, ticket included, under this deployment's origin as ws or wss"),
  }),
  permission: sessionReadBy("ticket"),
  feature: "enableLiveSessions",
  emits: [],
  refuses: ["INVALID_TRANSITION"],
  withoutSecret: (answer) => ({ ...answer, ticket: null, url: null }),
  read: ({ db, input, actor }) => ({
    ...readSession(db, actor.orgId, input.sessionId),
    enrollment: maybe(enrollmentInSession(db, actor.orgId, actor.id, input.sessionId)),
  }),
  own: participants,
  decide: ({ session }, { db, actor, now, id }) => {
    const fault = joinFault(session.status);
    if (fault) return fault;
    const { ticket, tokenHash } = newTicket();
    const expiresAt = now + TICKET_MS;
    return {
      answer: {
        ticket,
        expiresAt: iso(expiresAt),
        url: `/lms/sessions/${session.id}/ws?ticket=${ticket}`,
      },
      status: 201,
      writes: [
        db.insert(lmsTickets).values({
          id: id(),
          organizationId: actor.orgId,
          tokenHash,
          memberId: actor.id,
          sessionId: session.id,
          expiresAt,
          usedAt: null,
          createdAt: now,
          updatedAt: now,
          deletedAt: null,
        }),
      ],
    };
  },
});
