import { job } from "../kernel/job.ts";
import {
  doneTasks,
  expiredGone,
  expiredRows,
  type Kept,
  oldJobRuns,
  storedAnswers,
} from "../kernel/retention.ts";
import { ticketsKept } from "../live/statements.ts";

/** Rows a page, of each kind. */
const ROWS_MAX = 200;

export const retention = job({
  name: "lms.retention",
  summary: "Deletes stored answers, tickets, done tasks and old runs whose time is over",
  cron: "30 3 * * *",
  read: ({ db, now }) => ({
    answers: expiredRows(db, storedAnswers, now, ROWS_MAX),
    tasks: expiredRows(db, doneTasks, now, ROWS_MAX),
    runs: expiredRows(db, oldJobRuns, now, ROWS_MAX),
    tickets: expiredRows(db, ticketsKept, now, ROWS_MAX),
  }),
  run: async ({ answers, tasks, runs, tickets }, { db, now }) => {
    const found: [Kept, { rowid: number }[]][] = [
      [storedAnswers, answers],
      [doneTasks, tasks],
      [oldJobRuns, runs],
      [ticketsKept, tickets],
    ];
    const over = found.filter(([, rows]) => rows.length > 0);
    const goesOn = over.some(([, rows]) => rows.length === ROWS_MAX);
    return {
      processed: over.reduce((sum, [, rows]) => sum + rows.length, 0),
      writes: over.map(([kept, rows]) => expiredGone(db, kept, now, rows)),
      ...(goesOn && { next: ["more"] }),
    };
  },
});
