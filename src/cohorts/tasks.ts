import * as z from "zod";
import { type Db, found } from "../kernel/statement.ts";
import { type StepAsk, step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { newsOf } from "./news.ts";
import { cohortById } from "./rows.ts";

const payload = z.strictObject({ learnerId: z.string().optional() });
type Payload = z.infer<typeof payload>;

const tell = step({
  read: ({ db, orgId, subject }: { db: Db; payload: Payload; orgId: string; subject: string }) => ({
    cohort: found("Cohort", cohortById(db, orgId, subject)),
  }),
  run: async ({ cohort }, { ports, payload: { learnerId } }: StepAsk<Payload>) => {
    await ports.cohorts.tell(newsOf(cohort, learnerId));
    return {};
  },
});

/** Tells the cohort's object what the row says now, and whose seat or place in line may be free. */
export const tellCohort = taskKind({
  kind: "cohorts.tell-cohort",
  queue: "jobs",
  payload,
  attemptsMax: 10,
  timeoutMs: 20 * SECOND,
  steps: { tell },
});
