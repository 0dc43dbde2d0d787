import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { instant, iso, shownInstant } from "../../kernel/time.ts";
import { SEND_TAKEN, triggerOf, triggersPulled } from "../../notifications/statements.ts";
import { sessionReminderTrigger } from "../events.ts";
import { namesOf } from "../session.ts";
import { sessionById } from "../statements.ts";

/** One reminder of a session as it is planned for `dueAt`: what was moved since is another's. */
export const sessionRemind = command({
  type: "lms.session.remind",
  summary: "Have a session's learners reminded of it, once a threshold and time",
  input: z.strictObject({
    sessionId: id,
    minutesBefore: z.int().min(1).max(40_320),
    dueAt: instant.describe("When the session begins, as the reminder knows it"),
  }),
  output: z.object({
    sessionId: z.string(),
    minutesBefore: z.int(),
    scheduledAt: shownInstant,
    reminded: z.boolean().describe("False where it was before, or there is nothing ahead"),
  }),
  permission: { action: "session:remind" },
  feature: "enableLiveSessions",
  emits: [sessionReminderTrigger],
  refuses: [],
  read: ({ db, input, actor }) => ({
    session: found("Session", sessionById(db, actor.orgId, input.sessionId)),
    pulled: maybe(triggerOf(db, actor.orgId, keyOf(input))),
  }),
  decide: ({ session, pulled }, { db, input, actor, now, id: newId }) => {
    const { sessionId, minutesBefore, dueAt } = input;
    const isAhead = session.status === "scheduled" && session.scheduledAt === dueAt && dueAt > now;
    const reminded = isAhead && pulled === undefined;
    const answer = { sessionId, minutesBefore, scheduledAt: iso(session.scheduledAt), reminded };
    if (!reminded) return { answer };
    return {
      answer,
      events: [
        event(
          sessionReminderTrigger,
          { id: session.id, version: null },
          { ...namesOf(session), scheduledAt: iso(dueAt), minutesBefore },
        ),
      ],
      writes: [triggersPulled(db, actor.orgId, [keyOf(input)], { now, id: newId })],
      lostOn: [SEND_TAKEN],
    };
  },
});

type Input = { sessionId: string; minutesBefore: number; dueAt: number };
const keyOf = ({ sessionId, minutesBefore, dueAt }: Input) => ({
  kind: "session.reminder" as const,
  subject: sessionId,
  threshold: minutesBefore,
  dueAt,
});
