import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { courseTitleOf } from "../catalog/statements.ts";
import { displayNameOf } from "../identity/statements.ts";
import {
  afterCursor,
  type PageAsk,
  pageFault,
  pageInput,
  pageOf,
  pageOutput,
  windowOf,
} from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import type { Db } from "../kernel/statement.ts";
import { type CurrentRow, showNow, shownNow } from "./current.ts";
import { analyticsBy } from "./permissions.ts";
import { lmsCurrentFigures } from "./schema.ts";

const subject = sql`${lmsCurrentFigures}.${sql.identifier(lmsCurrentFigures.subjectId.name)}`;

/** A page of courses or instructors, those with the most learners first. */
function ranked(
  db: Db,
  orgId: string,
  { of, name, ask }: { of: CurrentRow["subjectType"]; name: SQL<string | null>; ask: PageAsk },
) {
  const { limit, offset } = windowOf(ask);
  const order = [lmsCurrentFigures.enrolled, lmsCurrentFigures.subjectId];
  return db
    .select({ figures: lmsCurrentFigures, name: name.as("name") })
    .from(lmsCurrentFigures)
    .where(
      and(
        eq(lmsCurrentFigures.organizationId, orgId),
        eq(lmsCurrentFigures.subjectType, of),
        afterCursor(ask.cursor, order, "desc"),
      ),
    )
    .orderBy(...order.map((column) => desc(column)))
    .limit(limit)
    .offset(offset);
}

type Ranked = { figures: CurrentRow; name: string | null };

const positionOf = ({ figures }: Ranked) => [figures.enrolled, figures.subjectId];

export const adminCourseRanking = query({
  type: "lms.admin.courseRanking",
  summary: "All courses with their figures, those with the most learners first",
  input: z.strictObject(pageInput),
  output: pageOutput(z.object({ courseId: z.string(), title: z.string().nullable(), ...shownNow })),
  permission: analyticsBy,
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    rows: ranked(db, actor.orgId, {
      of: "course",
      name: courseTitleOf(actor.orgId, subject),
      ask: input,
    }),
  }),
  answer: ({ rows }, { input }) =>
    pageOf(input, rows, positionOf, ({ figures, name }) => ({
      courseId: figures.subjectId,
      title: name,
      ...showNow(figures),
    })),
});

export const adminInstructorRanking = query({
  type: "lms.admin.instructorRanking",
  summary: "All who teach with the figures of their courses, those with the most learners first",
  input: z.strictObject(pageInput),
  output: pageOutput(
    z.object({
      instructorId: z.string(),
      displayName: z.string().nullable(),
      courses: z.int(),
      ...shownNow,
    }),
  ),
  permission: analyticsBy,
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    rows: ranked(db, actor.orgId, {
      of: "instructor",
      name: displayNameOf(actor.orgId, subject),
      ask: input,
    }),
  }),
  answer: ({ rows }, { input }) =>
    pageOf(input, rows, positionOf, ({ figures, name }) => ({
      instructorId: figures.subjectId,
      displayName: name,
      courses: figures.courses,
      ...showNow(figures),
    })),
});
