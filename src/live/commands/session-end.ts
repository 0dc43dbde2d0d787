import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { found } from "../../kernel/statement.ts";
import { iso, MINUTE } from "../../kernel/time.ts";
import { sessionEnded } from "../events.ts";
import { sessionMachine } from "../machine.ts";
import { changed, namesOf, ownSession, readSession, sessionAnswer, sessionBy } from "../session.ts";
import { attendeesOf } from "../statements.ts";

export const sessionEnd = command({
  type: "lms.session.end",
  summary: "End a live session",
  input: z.strictObject({ sessionId: id }),
  output: sessionAnswer,
  permission: sessionBy("end"),
  feature: "enableLiveSessions",
  emits: [sessionEnded],
  refuses: ["INVALID_TRANSITION"],
  revises: "session",
  read: ({ db, input, actor }) => ({
    ...readSession(db, actor.orgId, input.sessionId),
    attendees: found("Session", attendeesOf(db, actor.orgId, input.sessionId)),
  }),
  own: ownSession,
  decide: ({ session, attendees }, { db, now }) => {
    const step = transition(sessionMachine, session.status, "end");
    if (isRefusal(step)) return step;
    const lasted = now - (session.startedAt ?? now);
    return changed(
      db,
      session,
      { status: step.to, endedAt: now },
      {
        now,
        told: (next) =>
          event(sessionEnded, session, {
            ...namesOf(next),
            endedAt: iso(now),
            durationMinutes: Math.round(lasted / MINUTE),
            attendeeCount: attendees.count,
          }),
      },
    );
  },
});
