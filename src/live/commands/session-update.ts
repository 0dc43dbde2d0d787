import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { instant, iso } from "../../kernel/time.ts";
import { sessionUpdated } from "../events.ts";
import {
  changed,
  namesOf,
  ownSession,
  readSession,
  sessionAnswer,
  sessionBy,
  sessionFields,
  showSession,
} from "../session.ts";

const fields = z.strictObject({ ...sessionFields, scheduledAt: instant }).partial();

/** What is over keeps its plan; a live session may still be given more time, not another start. */
export const sessionUpdate = command({
  type: "lms.session.update",
  summary: "Change or move a session that is not over",
  input: fields.extend({ sessionId: id }),
  output: sessionAnswer,
  permission: sessionBy("update"),
  feature: "enableLiveSessions",
  emits: [sessionUpdated],
  refuses: ["INVALID_TRANSITION"],
  revises: "session",
  read: ({ db, input, actor }) => readSession(db, actor.orgId, input.sessionId),
  own: ownSession,
  decide: ({ session }, { db, input, now }) => {
    const { sessionId: _, ...wanted } = input;
    const updatedFields = fields
      .keyof()
      .options.filter((name) => wanted[name] !== undefined && wanted[name] !== session[name]);
    const movable = session.status === "scheduled";
    const isOver = !movable && session.status !== "live";
    if (isOver || (!movable && updatedFields.includes("scheduledAt"))) {
      return refuse(
        "INVALID_TRANSITION",
        `Live session must be in scheduled status to be ${isOver ? "changed" : "moved"}; it is ${session.status}`,
        { more: { state: session.status } },
      );
    }
    if (updatedFields.length === 0) return { answer: showSession(session) };
    const set = Object.fromEntries(updatedFields.map((name) => [name, wanted[name]]));
    return changed(db, session, set, {
      now,
      told: (next) =>
        event(sessionUpdated, session, {
          ...namesOf(next),
          scheduledAt: iso(next.scheduledAt),
          durationMinutes: next.durationMinutes,
          updatedFields,
        }),
    });
  },
});
