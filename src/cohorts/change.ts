import { and, eq } from "drizzle-orm";
import type { NewEvent } from "../kernel/event.ts";
import type { Db } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { showCohort } from "./cohort.ts";
import { lmsCohorts } from "./schema.ts";
import type { CohortRow } from "./statements.ts";
import { tellCohort } from "./tasks.ts";

/** A cohort's next version: its row, its event and the task that tells its object. */
export function changed(
  db: Db,
  cohort: CohortRow,
  set: Partial<CohortRow>,
  { now, told }: { now: number; told: (next: CohortRow) => NewEvent },
) {
  const fields = { ...set, version: cohort.version + 1, updatedAt: now };
  const next = { ...cohort, ...fields };
  return {
    answer: showCohort(next),
    events: [told(next)],
    writes: [
      db
        .update(lmsCohorts)
        .set(fields)
        .where(
          and(eq(lmsCohorts.id, cohort.id), eq(lmsCohorts.organizationId, cohort.organizationId)),
        ),
    ],
    tasks: [newTask(tellCohort, { subject: cohort.id, payload: {} })],
  };
}
