import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Rows } from "../kernel/statement.ts";
import { type StepAsk, type StepRead, type StepResult, step } from "../kernel/task.ts";
import type { ImportPayload } from "./import-step.ts";
import { ACTIVE_STATUSES } from "./job.ts";
import { reached } from "./publication.ts";
import { lmsImportJobs } from "./schema.ts";

/** Bundles that go in one step; whatever is left goes when the course's next job ends. */
const TIDIED_MAX = 50;

const readSpent = ({ db, orgId, payload: { courseId } }: StepRead<ImportPayload>) => {
  const stored = and(
    eq(lmsImportJobs.organizationId, orgId),
    eq(lmsImportJobs.courseId, courseId),
    isNotNull(lmsImportJobs.bundleKey),
  );
  const lasts = db
    .select({ id: sql`max(${lmsImportJobs.id})` })
    .from(lmsImportJobs)
    .where(and(stored, reached))
    .groupBy(lmsImportJobs.lmsConfigurationId, lmsImportJobs.edxCourseKey);
  const kept = db
    .select({ key: lmsImportJobs.bundleKey })
    .from(lmsImportJobs)
    .where(
      and(
        stored,
        sql`(${inArray(lmsImportJobs.id, lasts)}
          or ${inArray(lmsImportJobs.status, [...ACTIVE_STATUSES])})`,
      ),
    );
  return {
    spent: db
      .selectDistinct({ key: sql<string>`${lmsImportJobs.bundleKey}` })
      .from(lmsImportJobs)
      .where(and(stored, sql`${lmsImportJobs.bundleKey} not in ${kept}`))
      .limit(TIDIED_MAX),
  };
};

/**
 * Of a course's bundles the last under each key of each instance stays, by which the next publication knows
 * whether anything has changed, and that of a job under way. A row forgets where its own lay when it has gone.
 */
export const tidy = step({
  read: readSpent,
  run: async (
    { spent }: Rows<ReturnType<typeof readSpent>>,
    { db, orgId, payload, ports }: StepAsk<ImportPayload>,
  ): Promise<StepResult> => {
    if (spent.length === 0) return {};
    const keys = spent.map(({ key }) => key);
    await ports.files.delete(keys);
    const forgotten = db
      .update(lmsImportJobs)
      .set({ bundleKey: null })
      .where(
        and(
          eq(lmsImportJobs.organizationId, orgId),
          eq(lmsImportJobs.courseId, payload.courseId),
          inArray(lmsImportJobs.bundleKey, keys),
        ),
      );
    return { writes: [forgotten] };
  },
});
