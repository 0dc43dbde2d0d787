import * as z from "zod";
import { closedFault, whileOpen } from "../../cohorts/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { iso } from "../../kernel/time.ts";
import { sessionStarted } from "../events.ts";
import { sessionMachine } from "../machine.ts";
import { changed, namesOf, ownSession, readSession, sessionAnswer, sessionBy } from "../session.ts";

export const sessionStart = command({
  type: "lms.session.start",
  summary: "Start a live session",
  input: z.strictObject({ sessionId: id }),
  output: sessionAnswer,
  permission: sessionBy("start"),
  feature: "enableLiveSessions",
  emits: [sessionStarted],
  refuses: ["INVALID_TRANSITION"],
  revises: "session",
  read: ({ db, input, actor }) => readSession(db, actor.orgId, input.sessionId),
  own: ownSession,
  decide: ({ session, cohort }, { db, actor, now }) => {
    const closed = closedFault(cohort, "start a session");
    if (closed) return closed;
    const step = transition(sessionMachine, session.status, "start");
    if (isRefusal(step)) return step;
    const started = changed(
      db,
      session,
      { status: step.to, startedAt: now },
      {
        now,
        told: (next) =>
          event(sessionStarted, session, {
            ...namesOf(next),
            startedAt: iso(now),
            meetingUrl: next.meetingUrl,
          }),
      },
    );
    return { ...started, writes: [whileOpen(db, actor.orgId, cohort.id), ...started.writes] };
  },
});
