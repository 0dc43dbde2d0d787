import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { lmsCourses } from "../../src/catalog/schema.ts";
import { clock } from "../../src/cloudflare/clock.ts";
import { db } from "../harness/world.ts";
import { codeOf, done, enroll, read, run, world } from "../live/world.ts";
import { opening, type Shown } from "./cohort.ts";

test("a cohort is read with its free places by whoever may see its course, and by nobody else", async () => {
  const here = await world({ capacity: 5 });
  const { learner, stranger, reviewer, instructor, admin, other, public: nobody } = here.actors;
  await enroll(here, { learnerId: learner.id });
  const soon = clock.now() + 60_000;
  await enroll(here, { learnerId: "bo", status: "pending-payment", seatUntil: soon });
  await enroll(here, { learnerId: "cy", status: "pending-payment", seatUntil: 1 });
  const see = (actor: typeof learner) => read("lms.cohorts.get", { id: here.cohortId }, actor);
  expect(await done<Shown>(see(nobody))).toMatchObject({ freePlaces: 3, capacity: 5 });
  await db.update(lmsCourses).set({ status: "draft" }).where(eq(lmsCourses.id, here.courseId));
  for (const actor of [learner, instructor, admin]) {
    expect(codeOf(await see(actor))).toBe("ok 200");
  }
  for (const actor of [nobody, stranger, reviewer, other]) {
    expect(codeOf(await see(actor))).toBe("NOT_FOUND");
  }
  await db
    .update(lmsCourses)
    .set({ status: "under-review" })
    .where(eq(lmsCourses.id, here.courseId));
  expect(codeOf(await see(reviewer))).toBe("ok 200");
});

test("an instructor lists the own cohorts page by page; another's are lms-admin's to see", async () => {
  const here = await world();
  const { instructor, other, admin, learner } = here.actors;
  for (let count = 0; count < 4; count++) {
    await done(run("lms.cohort.create", opening(here), instructor));
  }
  type Page = { data: Shown[]; hasMore: boolean; nextCursor: string | null };
  const list = (params: object, actor: typeof other) =>
    read("lms.instructor.cohorts", params, actor);
  const first = await done<Page>(list({ limit: 3 }, instructor));
  expect(first).toMatchObject({ hasMore: true });
  const rest = await done<Page>(list({ limit: 3, cursor: first.nextCursor }, instructor));
  const ids = [...first.data, ...rest.data].map(({ id }) => id);
  expect(new Set(ids).size).toBe(5);
  expect(rest.hasMore).toBe(false);
  expect((await done<Page>(list({}, other))).data).toEqual([]);
  const named = { instructorId: instructor.id };
  expect(codeOf(await list(named, other))).toBe("PERMISSION_DENIED");
  expect((await done<Page>(list(named, admin))).data).toHaveLength(5);
  expect(codeOf(await list({}, learner))).toBe("PERMISSION_DENIED");
});
