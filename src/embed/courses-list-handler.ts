import { coursesChain } from "../catalog/chain.ts";
import { coursesList } from "../catalog/queries.ts";
import { filterFor, statusFault } from "../catalog/visible.ts";
import { invalid } from "../kernel/outcome.ts";
import { pageFault, pageOf } from "../kernel/page.ts";
import { mayAttempt } from "../kernel/permission.ts";
import { actorOf, databaseOf, readRows, refuseIf } from "./handler-context.ts";
import type { QueryHandler } from "./query-handler.ts";
import { LMSRefused } from "./refused.ts";

type CourseRow = { id: string };

/** `lms.courses.list` over a host's own drizzle handle: one chain, its rows passed through. */
export const coursesListHandler: QueryHandler = async ({ params }, ctx) => {
  const input = coursesList.input.safeParse(params ?? {});
  if (!input.success) throw new LMSRefused(invalid(input.error));
  const actor = actorOf(ctx);
  refuseIf(
    mayAttempt(coursesList.permission, actor, coursesList.type) ??
      statusFault(input.data, actor) ??
      pageFault(input.data),
  );
  const ask = filterFor(input.data, actor);
  const database = databaseOf(ctx);
  const { courses } = await readRows(database, {
    courses: coursesChain(database.db, actor.orgId, ask),
  });
  // SAFETY: the rows of the one statement above.
  const rows = courses as readonly CourseRow[];
  return pageOf(
    ask,
    rows,
    (row) => [row.id],
    (row) => row,
  );
};
