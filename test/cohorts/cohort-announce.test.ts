import { expect, test } from "vitest";
import { newId } from "../../src/kernel/id.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  command,
  drain,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  query,
  rows,
  type World,
} from "../harness/world.ts";
import { inCohort, mailsTo, replayed, toldIn } from "../notifications/notices.ts";

const WORDS = "Bring a ruler on Monday";

const announce = (cohortId: string, as: Person, body: unknown = { body: WORDS }) =>
  http("POST", `/lms/instructor/cohorts/${cohortId}/announcements`, { as, body });
const list = (cohortId: string, as: Person, page = "") =>
  http("GET", `/lms/cohorts/${cohortId}/announcements${page}`, { as });

async function cohort(): Promise<{ world: World; cohortId: string; courseId: string }> {
  const world = await newOrganization();
  return { world, ...(await inCohort(world)) };
}

/** The same organization with another learner. */
const sameSchool = async (world: World): Promise<World> => ({
  ...world,
  learner: await world.newPerson("learner"),
});

test("an announcement reaches each of the cohort's learners once, by notice and by mail, however often its event comes", async () => {
  const { world, cohortId, courseId } = await cohort();
  const answer = await announce(cohortId, world.instructor);
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ cohortId, authorId: world.instructor.id, body: WORDS });
  await drain(world.orgId);
  await replayed(world.orgId, "cohort.announced");
  const told = await toldIn(world.orgId, "cohort.announcement");
  expect(told).toMatchObject([
    {
      memberId: world.learner.id,
      payload: { cohortId, courseId, announcementId: answer.body.id, cohortName: "Spring" },
    },
  ]);
  const mails = (await mailsTo(world.learner.id)).filter((one) => one.subject.startsWith("News"));
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain(WORDS);
  const log = (await eventsOf(cohortId)).filter((one) => one.name === "cohort.announced");
  expect(log).toMatchObject([{ payload: { announcementId: answer.body.id } }]);
  expect(JSON.stringify(log) + JSON.stringify(told)).not.toContain("ruler");
});

test("its learners and teachers read what was said, the newest first, a page at a time; nobody else does", async () => {
  const { world, cohortId } = await cohort();
  const said = [];
  for (const body of ["One", "Two", "Three"]) {
    said.unshift(ok(await announce(cohortId, world.instructor, { body })).id);
  }
  const first = ok(await list(cohortId, world.learner, "?limit=2"));
  expect(first.data.map(({ id }: { id: string }) => id)).toEqual(said.slice(0, 2));
  const second = ok(await list(cohortId, world.admin, `?limit=2&cursor=${first.nextCursor}`));
  expect(second.data).toMatchObject([{ id: said[2], body: "One" }]);
  const stranger = await world.newPerson("learner");
  const otherTeacher = await world.newPerson("instructor");
  for (const nobody of [stranger, otherTeacher, world.reviewer, world.orgAdmin]) {
    expect((await list(cohortId, nobody)).body.code).toBe("PERMISSION_DENIED");
  }
});

test("a page reads no more rows when another cohort was told much", async () => {
  const { world, cohortId } = await cohort();
  const { cohortId: talkative } = await inCohort(await sameSchool(world));
  ok(await announce(cohortId, world.instructor));
  const cost = async () => {
    const answer = await list(cohortId, world.learner);
    return /\d+ rows/.exec(answer.headers.get("server-timing") ?? "")?.[0];
  };
  const before = await cost();
  expect(before).toBeDefined();
  await rows(
    `INSERT INTO lms_announcements (id, organization_id, created_at, updated_at, cohort_id, author_id, body)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
     SELECT 'z' || i || ?1, ?1, 0, 0, ?2, 'x', 'y' FROM n`,
    world.orgId,
    talkative,
  );
  expect(await cost()).toBe(before);
});

test("only its own instructor and lms-admin announce, and a cancelled cohort is told nothing more", async () => {
  const { world, cohortId } = await cohort();
  const otherTeacher = await world.newPerson("instructor");
  for (const nobody of [world.learner, otherTeacher, world.reviewer, world.orgAdmin]) {
    const refusal = { status: 403, detail: "Permission denied: cohort:announce" };
    await expectRefused(world.orgId, refusal, () => announce(cohortId, nobody));
  }
  await expectRefused(world.orgId, { status: 400 }, () =>
    announce(cohortId, world.instructor, { body: "x".repeat(5_001) }),
  );
  ok(await command("lms.cohort.cancel", { cohortId }, world.instructor));
  await drain(world.orgId);
  const refusal = { status: 409, code: "INVALID_TRANSITION", state: "cancelled" };
  await expectRefused(world.orgId, refusal, () => announce(cohortId, world.instructor));
});

test("a foreign organization's cohort is announced to and read of as a missing one is", async () => {
  const { cohortId } = await cohort();
  const elsewhere = await newOrganization();
  await expectForeignIsMissing(cohortId, "Cohort", (id) =>
    command("lms.cohort.announce", { cohortId: id, body: WORDS }, elsewhere.admin),
  );
  await expectForeignIsMissing(cohortId, "Cohort", (id) =>
    query("lms.cohorts.announcements", { cohortId: id }, elsewhere.admin),
  );
  expect((await list(newId(), elsewhere.admin)).status).toBe(404);
});
