import { endOf, job, PAGE_ROWS } from "../kernel/job.ts";
import { closedOut, deferrals } from "./bookkeeping.ts";

export const deferredRevenueRecognition = job({
  name: "lms.deferred-revenue-recognition",
  summary: "Moves the deferred revenue of completed cohorts, and of access given up, to revenue",
  cron: "0 3 1 * *",
  read: ({ db, cursor }) => ({
    deferred: deferrals(db, { after: cursor?.[0] ?? null, limit: PAGE_ROWS }),
  }),
  run: async ({ deferred }, { db, now, id, dueAt }) => ({
    processed: deferred.filter((one) => one.isClosed).length,
    writes: closedOut(deferred, { occurredAt: dueAt }, { db, now, id }),
    ...endOf(deferred, PAGE_ROWS, (one) => [one.id]),
  }),
});
