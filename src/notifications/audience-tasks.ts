import * as z from "zod";
import { learnersInCohort } from "../enrollment/statements.ts";
import { staffOf } from "../identity/statements.ts";
import { ROLES } from "../kernel/permission.ts";
import type { Db } from "../kernel/statement.ts";
import { newTask, type StepAsk, type StepResult, step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { NOTICE_KINDS, notice } from "./notice.ts";
import { NOTICES_MAX, tellNotices } from "./notice-tasks.ts";

/** Who is told, by where they are found: a cohort's learners, or the holders of a role. */
const audience = z.union([
  z.strictObject({
    cohortId: z.string(),
    /** Epoch milliseconds: told are those too who have left the cohort since. */
    leftSince: z.int().optional(),
  }),
  z.strictObject({ roles: z.array(z.enum(ROLES)).min(1), except: z.string().optional() }),
]);
export type Audience = z.infer<typeof audience>;

const payload = z.strictObject({
  kind: z.enum(NOTICE_KINDS),
  audience,
  notice: notice.omit({ recipientId: true }),
  /** The last row of the page before. */
  after: z.string().nullable(),
});
type Payload = z.infer<typeof payload>;
type ReadAsk = { db: Db; payload: Payload; orgId: string; subject: string };

const page = step({
  read: ({ db, orgId, payload: { audience: of, after } }: ReadAsk) => {
    const window = { after, limit: NOTICES_MAX };
    return {
      learners: "cohortId" in of ? learnersInCohort(db, orgId, { ...of, ...window }) : undefined,
      staff: "roles" in of ? staffOf(db, orgId, { ...of, ...window }) : undefined,
    };
  },
  run: async ({ learners, staff }, ask: StepAsk<Payload>): Promise<StepResult> => {
    const { payload: at } = ask;
    const except = "roles" in at.audience ? at.audience.except : undefined;
    const found = [
      ...(learners ?? []).map(({ id, learnerId }) => ({ id, recipientId: learnerId })),
      ...(staff ?? []).map(({ id, userId }) => ({ id, recipientId: userId })),
    ];
    const notices = found
      .filter(({ recipientId }) => recipientId !== except)
      .map(({ recipientId }) => ({ ...at.notice, recipientId }));
    const last = found.length === NOTICES_MAX ? found.at(-1) : undefined;
    return {
      tasks:
        notices.length === 0
          ? []
          : [newTask(tellNotices, { subject: ask.subject, payload: { kind: at.kind, notices } })],
      ...(last ? { next: { step: "page", payload: { ...at, after: last.id } } } : {}),
    };
  },
});

/** Walks an audience by pages; each page's task and where the next begins are one batch. */
export const tellAudience = taskKind({
  kind: "notifications.tell-audience",
  queue: "notifications",
  payload,
  attemptsMax: 8,
  timeoutMs: 20 * SECOND,
  steps: { page },
});
