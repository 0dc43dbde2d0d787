import * as z from "zod";
import { type Db, found } from "../kernel/statement.ts";
import { type StepAsk, step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { noticesWanted } from "../notifications/statements.ts";
import { cohortById, placesGivenUp, waitsIn } from "./statements.ts";

const PAGE = 50;

const payload = z.strictObject({ eventId: z.string() });
type Payload = z.infer<typeof payload>;
type ReadAsk = { db: Db; payload: Payload; orgId: string; subject: string };

const clear = step({
  read: ({ db, orgId, subject }: ReadAsk) => ({
    cohort: found("Cohort", cohortById(db, orgId, subject)),
    page: waitsIn(db, orgId, subject, PAGE),
  }),
  run: async ({ cohort, page }, { db, orgId, payload: at }: StepAsk<Payload>) => {
    if (page.length === 0) return {};
    const { id: cohortId, courseId } = cohort;
    const told = { subject: at.eventId, eventId: at.eventId, about: { cohortId, courseId } };
    return {
      writes: [placesGivenUp(db, orgId, page)],
      tasks: noticesWanted(
        "cohort.waiting-over",
        page.map(({ learnerId }) => ({ ...told, recipientId: learnerId })),
      ),
      ...(page.length === PAGE && { next: { step: "clear" } }),
    };
  },
});

/** Whoever still waits for a seat of a cohort that is over waits no more, and is told so. */
export const clearWaitingList = taskKind({
  kind: "cohorts.clear-waiting-list",
  queue: "jobs",
  payload,
  attemptsMax: 10,
  timeoutMs: 20 * SECOND,
  steps: { clear },
});
