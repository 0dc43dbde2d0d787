import { and, desc, eq, gte, lte, type SQL, sql } from "drizzle-orm";
import { present } from "../kernel/columns.ts";
import { afterCursor, type PageAsk, windowOf } from "../kernel/page.ts";
import type { Db } from "../kernel/statement.ts";
import type { CourseFilter } from "./list-filter.ts";
import { lmsCourses, lmsCourseTags } from "./schema.ts";
import { matchWithin } from "./search.ts";

/** The catalogue's rows, the newest first, as one chain: for a host that runs its own drizzle handle. */
export function coursesChain(db: Db, orgId: string, ask: PageAsk & CourseFilter) {
  const { limit, offset } = windowOf(ask);
  return db
    .select()
    .from(lmsCourses)
    .where(and(...conditionsOf(orgId, ask)))
    .orderBy(desc(lmsCourses.id))
    .limit(limit)
    .offset(offset);
}

const EQUAL = [
  "status",
  "level",
  "type",
  "language",
  "categoryId",
  "instructorId",
  "isFeatured",
] as const;

function conditionsOf(orgId: string, ask: PageAsk & CourseFilter): (SQL | undefined)[] {
  const { minPrice, maxPrice, tags = [], search } = ask;
  return [
    present(lmsCourses, orgId),
    ...EQUAL.map((name) => {
      const value = ask[name];
      return value === undefined ? undefined : eq(lmsCourses[name], value);
    }),
    minPrice === undefined ? undefined : gte(lmsCourses.priceAmount, minPrice),
    maxPrice === undefined ? undefined : lte(lmsCourses.priceAmount, maxPrice),
    ...tags.map(
      (tag) => sql`exists (select 1 from ${lmsCourseTags}
        where ${lmsCourseTags.courseId} = ${lmsCourses.id} and ${lmsCourseTags.tag} = ${tag})`,
    ),
    search === undefined ? undefined : foundBy(orgId, search),
    afterCursor(ask.cursor, [lmsCourses.id], "desc"),
  ];
}

const foundBy = (orgId: string, search: string): SQL =>
  sql`${lmsCourses.id} in (select course_id from lms_course_search
    where lms_course_search match ${matchWithin({ organizationId: orgId }, search)})`;
