import { and, asc, eq } from "drizzle-orm";
import * as z from "zod";
import { displayNameOf } from "../identity/statements.ts";
import { id } from "../kernel/id.ts";
import { afterCursor, pageFault, pageInput, pageOf, pageOutput, windowOf } from "../kernel/page.ts";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { iso, shownInstant } from "../kernel/time.ts";
import { cohortBy, ownCohort } from "./cohort.ts";
import { lmsWaitingList } from "./schema.ts";
import { cohortById, courseOfCohort, positionOfWait, waitIn } from "./statements.ts";

export const cohortsPlace = query({
  type: "lms.cohorts.place",
  summary: "One's own place on a cohort's waiting list",
  input: z.strictObject({ cohortId: id }),
  output: z.object({
    cohortId: z.string(),
    courseId: z.string(),
    position: z.int().describe("1 is the next to be offered a seat"),
    joinedAt: shownInstant,
  }),
  permission: { action: "waiting-list:place", any: EVERY_MEMBER },
  read: ({ db, input, actor }) => ({
    wait: found("Place", waitIn(db, actor.orgId, input.cohortId, actor.id)),
    before: found("Place", positionOfWait(db, actor.orgId, input.cohortId, actor.id)),
  }),
  answer: ({ wait, before }) => ({
    cohortId: wait.cohortId,
    courseId: wait.courseId,
    position: before.position,
    joinedAt: iso(wait.createdAt),
  }),
});

export const instructorWaitingList = query({
  type: "lms.instructor.waitingList",
  summary: "Who waits for a seat of a cohort, the next to be offered one first",
  input: z.strictObject({ ...pageInput, cohortId: id }),
  output: pageOutput(
    z.object({
      learnerId: z.string(),
      learnerName: z.string().nullable(),
      joinedAt: shownInstant,
    }),
  ),
  permission: cohortBy("read-waiting-list"),
  fault: pageFault,
  read: ({ db, input, actor }) => {
    const { limit, offset } = windowOf(input);
    const order = [lmsWaitingList.place, lmsWaitingList.id];
    return {
      cohort: found("Cohort", cohortById(db, actor.orgId, input.cohortId)),
      course: found("Cohort", courseOfCohort(db, actor.orgId, input.cohortId)),
      rows: db
        .select({
          id: lmsWaitingList.id,
          place: lmsWaitingList.place,
          learnerId: lmsWaitingList.learnerId,
          learnerName: displayNameOf(actor.orgId, lmsWaitingList.learnerId).as("learner_name"),
          createdAt: lmsWaitingList.createdAt,
        })
        .from(lmsWaitingList)
        .where(
          and(
            eq(lmsWaitingList.cohortId, input.cohortId),
            eq(lmsWaitingList.organizationId, actor.orgId),
            afterCursor(input.cursor, order, "asc"),
          ),
        )
        .orderBy(...order.map((column) => asc(column)))
        .limit(limit)
        .offset(offset),
    };
  },
  own: ownCohort,
  answer: ({ rows }, { input }) =>
    pageOf(
      input,
      rows,
      ({ place, id }) => [place, id],
      ({ learnerId, learnerName, createdAt }) => ({
        learnerId,
        learnerName,
        joinedAt: iso(createdAt),
      }),
    ),
});
