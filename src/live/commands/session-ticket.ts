import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { maybe } from "../../kernel/statement.ts";
import { joinFault } from "../room.ts";
import { participants, readSession, sessionReadBy } from "../session.ts";
import { enrollmentInSession } from "../statements.ts";
import { ticketAnswer, ticketFor } from "../ticket-row.ts";

export const sessionTicket = command({
  type: "lms.session.ticket",
  summary: "A ticket that opens the session's WebSocket once, within a minute",
  input: z.strictObject({ sessionId: id }),
  output: ticketAnswer,
  statuses: [201],
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
  decide: ({ session }, ask) =>
    joinFault(session.status) ??
    ticketFor(ask, { path: `/lms/sessions/${session.id}/ws`, sessionId: session.id }),
});
