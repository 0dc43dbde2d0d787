import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { prose } from "../../kernel/text.ts";
import { iso } from "../../kernel/time.ts";
import { sessionCancelled } from "../events.ts";
import { sessionMachine } from "../machine.ts";
import { changed, namesOf, ownSession, readSession, sessionAnswer, sessionBy } from "../session.ts";

export const sessionCancel = command({
  type: "lms.session.cancel",
  summary: "Cancel a session that has not begun",
  input: z.strictObject({
    sessionId: id,
    reason: prose(2_000).optional(),
  }),
  output: sessionAnswer,
  permission: sessionBy("cancel"),
  feature: "enableLiveSessions",
  emits: [sessionCancelled],
  refuses: ["INVALID_TRANSITION"],
  revises: "session",
  read: ({ db, input, actor }) => readSession(db, actor.orgId, input.sessionId),
  own: ownSession,
  decide: ({ session }, { db, input, now }) => {
    const step = transition(sessionMachine, session.status, "cancel");
    if (isRefusal(step)) return step;
    const set = { status: step.to, cancelledAt: now, cancelReason: input.reason ?? null };
    return changed(db, session, set, {
      now,
      told: (next) =>
        event(sessionCancelled, session, {
          ...namesOf(next),
          scheduledAt: iso(next.scheduledAt),
          cancelledAt: iso(now),
        }),
    });
  },
});
