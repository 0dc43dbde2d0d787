import { and, asc, eq, lte, sql } from "drizzle-orm";
import { wantTask } from "../kernel/outbox.ts";
import type { Host } from "../kernel/ports.ts";
import type { Db } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { MINUTE } from "../kernel/time.ts";
import { quizHandIn } from "./quiz-tasks.ts";
import { lmsQuizAttempts } from "./schema.ts";

/** By then the attempt's own task has run, late as the relay may have brought it. */
const GRACE_MS = 15 * MINUTE;
const ATTEMPTS_MAX = 100;

/** Attempts of every organization whose time is up and that no task is left to hand in, the longest due first. */
const forgotten = (db: Db, overdueSince: number) =>
  db
    .select({ attemptId: lmsQuizAttempts.id, orgId: lmsQuizAttempts.organizationId })
    .from(lmsQuizAttempts)
    .where(
      and(
        eq(lmsQuizAttempts.status, sql`'open'`),
        lte(lmsQuizAttempts.deadlineAt, overdueSince),
        sql`not exists (select 1 from lms_tasks where lms_tasks.organization_id = lms_quiz_attempts.organization_id
          and kind = ${quizHandIn.kind} and subject = lms_quiz_attempts.id and state = 'ready')`,
      ),
    )
    .orderBy(asc(lmsQuizAttempts.deadlineAt))
    .limit(ATTEMPTS_MAX);

/** The minute's net under each attempt's own task, which may have died; gives how many it caught. */
export async function handInForgotten(host: Host): Promise<number> {
  const { db, batch } = host.databaseFor("*");
  const statement = forgotten(db, host.now() - GRACE_MS);
  // SAFETY: the rows of the one statement above.
  const [rows] = (await batch([statement])) as [Awaited<typeof statement>];
  for (const { attemptId, orgId } of rows) {
    const task = newTask(quizHandIn, { subject: attemptId, payload: {} });
    await wantTask(host, task, { orgId, correlationId: host.id() });
  }
  return rows.length;
}
