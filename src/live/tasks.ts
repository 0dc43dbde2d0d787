import * as z from "zod";
import { found } from "../kernel/statement.ts";
import { step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { newsOf } from "./room.ts";
import { sessionById } from "./statements.ts";

const tell = step({
  read: ({ db, orgId, subject }) => ({
    session: found("Session", sessionById(db, orgId, subject)),
  }),
  run: async ({ session }, { ports }) => {
    await ports.sessions.tell(newsOf(session));
    return {};
  },
});

/** Tells the session's object what the row says now. */
export const tellSession = taskKind({
  kind: "live.tell-session",
  queue: "jobs",
  payload: z.strictObject({}),
  attemptsMax: 10,
  timeoutMs: 20 * SECOND,
  steps: { tell },
});
