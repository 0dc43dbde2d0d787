import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LEASE_MS } from "../../src/cohorts/seats.ts";
import { databaseOn } from "../../src/embed/client-database.ts";
import { createInMemoryHost } from "../../src/memory/host.ts";
import { createLMSPlugin } from "../../src/plugin.ts";

let ahead = 0;
const lyceum = createLMSPlugin();
const host = createInMemoryHost({ now: () => Date.now() + ahead });
const { context } = host;
let orgId = "";

type Answer = Record<string, unknown> & { id: string };
const does = (actorId: string, type: string, payload: object): Promise<Answer> =>
  context.dispatch({ type, payload, actorId, orgId, correlationId: "line" });
const member = async (role: "instructor" | "content-reviewer" | "learner") =>
  (await host.addMember({ orgId, name: role, roles: [role] })).id;

beforeAll(async () => {
  orgId = (await host.addOrganization({ name: "School", slug: "line" })).id;
  await lyceum.init(context);
});
afterAll(async () => {
  await lyceum.shutdown();
  await host.close();
});

async function fullCohort() {
  const instructor = await member("instructor");
  const course = { title: "Line", type: "cohort", level: "beginner" };
  const price = { amount: 0, currency: "USD" };
  const { id: courseId } = await does(instructor, "lms.course.create", { ...course, price });
  const article = { type: "article", content: { html: "<p>a</p>" }, isPublished: true };
  await does(instructor, "lms.module.create", { courseId, title: "One", ...article });
  await does(instructor, "lms.course.submitReview", { courseId });
  await does(await member("content-reviewer"), "lms.course.approve", { courseId });
  const { id: cohortId } = await does(instructor, "lms.cohort.create", {
    ...{ courseId, name: "Spring", capacity: 1, timezone: "UTC" },
    ...{ startDate: "2099-01-01", endDate: "2099-02-01" },
  });
  return { instructor, courseId, cohortId };
}

const seated = async (cohortId: string): Promise<unknown[]> => {
  const { db, batch } = databaseOn(context.db);
  const [rows] = await batch([
    db.all(sql`select learner_id as id from lms_enrollments
      where cohort_id = ${cohortId} and status = 'active' order by id`),
  ]);
  return (rows as { id: string }[]).map(({ id }) => id);
};

test("without objects too a full cohort has a line, whose first is enrolled when a seat comes free", async () => {
  const { instructor, courseId, cohortId } = await fullCohort();
  const [one, two, three] = [
    await member("learner"),
    await member("learner"),
    await member("learner"),
  ];
  const joins = (learner: string) =>
    does(learner, "lms.enrollment.create", { courseId, cohortId, joinWaitingList: true });
  const { id: enrollmentId } = await joins(one);
  expect(await joins(two)).toEqual({ waitingList: { position: 1 } });
  expect(await joins(three)).toEqual({ waitingList: { position: 2 } });
  expect(await joins(two)).toEqual({ waitingList: { position: 1 } });
  await host.idle();
  await does(instructor, "lms.cohort.update", { cohortId, capacity: 2 });
  await host.idle();
  expect(await seated(cohortId)).toEqual([one, two]);
  ahead += LEASE_MS + 1;
  await does(one, "lms.enrollment.cancel", { enrollmentId });
  await host.idle();
  expect(await seated(cohortId)).toEqual([two, three]);
});
