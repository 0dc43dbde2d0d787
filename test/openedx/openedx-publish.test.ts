import { beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { assign } from "../assessment/assignment.ts";
import { draftCourse, publishedCourse } from "../harness/course.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { command, http, newOrganization, ok, race, rows, statuses } from "../harness/world.ts";
import { connected, newInstance } from "./instance.ts";
import { published, publishing } from "./publishing.ts";

beforeEach(() => {
  clock.now = () => Date.now();
});

test("a course goes up once, is followed to its end, and stands under its own title and start", async () => {
  const scene = await publishing();
  const answer = await scene.publish();
  expect(answer).toMatchObject({
    status: 202,
    body: { status: "pending", estimatedDurationSeconds: 60 },
  });
  const key = `course-v1:MegaCampus+${scene.course.slug}+self_paced`;
  expect(answer.body.edxCourseKey).toBe(key);
  const steps = await scene.run();
  expect(steps).toEqual(["build", "check", "send", ...Array(6).fill("poll"), "verify", "tidy"]);
  const job = await scene.job(answer.body.jobId);
  expect(job).toMatchObject({
    status: "succeeded",
    progressPercent: 100,
    errorCode: null,
    courseUrl: `${scene.instance.lmsUrl}/courses/${key}/course/`,
    studioUrl: `${scene.instance.studioUrl}/course/${key}`,
    durationMs: expect.any(Number),
  });
  const { uploads, requests, courses } = await scene.instance.seen();
  expect(uploads).toHaveLength(1);
  expect(uploads[0]).toMatchObject({
    key,
    sha256: job.bundleSha256,
    bytes: job.metadata.sizeBytes,
  });
  expect(uploads[0]?.fileName).toMatch(/^[a-z0-9-]{1,60}\.tar\.gz$/);
  expect(uploads[0]?.courseXml).toContain('org="MegaCampus"');
  expect(courses[key]?.title).toBe("Основы баз данных");
  expect(requests.filter(({ on }) => on === "token")).toHaveLength(1);
  expect(requests.filter(({ on }) => on === "create")).toHaveLength(1);
  expect(await scene.told(answer.body.jobId)).toEqual([
    "openedx.import-started",
    "pending 20",
    "uploading 30",
    "processing 40",
    "processing 45",
    "processing 50",
    "processing 60",
    "processing 70",
    "processing 80",
    "processing 90",
    "openedx.import-completed",
  ]);
});

test("an unchanged course is known by its hash and does not go up again", async () => {
  const scene = await publishing();
  await published(scene);
  const again = await published(scene);
  expect(again).toMatchObject({ status: "succeeded", metadata: { unchanged: true } });
  expect((await scene.instance.seen()).uploads).toHaveLength(1);
});

test("a renamed and moved module keeps its names, so that learners there keep their state", async () => {
  const scene = await publishing();
  await published(scene);
  const [first, second] = scene.modules;
  const { instructor } = scene.world;
  ok(await command("lms.module.update", { moduleId: first?.id, title: "Начало" }, instructor));
  const moduleIds = [second?.id, first?.id];
  ok(await command("lms.module.reorder", { courseId: scene.course.id, moduleIds }, instructor));
  ok(await command("lms.course.update", { courseId: scene.course.id, title: "Базы" }, instructor));
  expect(await published(scene)).toMatchObject({ status: "succeeded" });
  const { uploads } = await scene.instance.seen();
  expect(uploads).toHaveLength(2);
  expect(uploads[1]?.key).toBe(uploads[0]?.key);
  expect(uploads[1]?.files.toSorted()).toEqual(uploads[0]?.files.toSorted());
  expect(uploads[1]?.sha256).not.toBe(uploads[0]?.sha256);
});

test("an assignment is assessed openly where the instance can, and else a page with its instructions", async () => {
  const modules = [{ title: "Essay", type: "assignment" as const, content: {} }];
  const pagesWith = async (connection: { openassessment?: boolean }) => {
    const scene = await publishing({ modules, connection });
    await assign(scene.world, scene.modules[0]?.id, {});
    expect(await published(scene)).toMatchObject({ status: "succeeded" });
    const { uploads } = await scene.instance.seen();
    return uploads[0]?.files.filter((file) => /\/html\/.*\.html$/.test(file)).length;
  };
  expect(await pagesWith({})).toBe(0);
  expect(await pagesWith({ openassessment: false })).toBe(1);
});

test("two publishes at the same moment are one job and one 409", async () => {
  const scene = await publishing();
  for (let round = 0; round < 3; round++) {
    const answers = await race(2, () => scene.publish());
    expect(statuses(answers)).toEqual({ 202: 1, 409: 1 });
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe("IMPORT_IN_PROGRESS");
    await scene.run();
  }
});

test("a second publish while one is under way names the job to wait for", async () => {
  const scene = await publishing();
  const { jobId } = ok(await scene.publish());
  await expectRefused(scene.world.orgId, { status: 409, code: "IMPORT_IN_PROGRESS", jobId }, () =>
    scene.publish(),
  );
});

test("only a published course with something to learn goes", async () => {
  const world = await newOrganization();
  const { id: configurationId } = await connected(world, await newInstance());
  const draft = await draftCourse(world);
  const hollow = await publishedCourse(world);
  await rows(
    "UPDATE lms_course_modules SET is_published = 0 WHERE course_id = ?",
    hollow.course.id,
  );
  for (const { id } of [draft.course, hollow.course]) {
    await expectRefused(world.orgId, { status: 412, code: "COURSE_NOT_READY" }, () =>
      http("POST", `/lms/openedx/courses/${id}/publish`, {
        as: world.instructor,
        body: { configurationId },
      }),
    );
  }
});

test("a course that is there already is left alone where it may not be overwritten", async () => {
  const scene = await publishing();
  const refused = { status: 409, code: "DUPLICATE" };
  expect(await published(scene, { overwriteExisting: false })).toMatchObject({
    status: "succeeded",
  });
  await expectRefused(scene.world.orgId, refused, () =>
    scene.publish({ overwriteExisting: false }),
  );
  const other = await published(scene, { overwriteExisting: false, runOverride: "2027" });
  expect(other).toMatchObject({ status: "succeeded" });
  expect(other.edxCourseKey).toMatch(/\+2027$/);
});

test("an instance that is asked first and cannot answer is told with its own code", async () => {
  const scene = await publishing({ script: { clientSecret: "another" } });
  await expectRefused(scene.world.orgId, { status: 502, code: "INVALID_CREDENTIALS" }, () =>
    scene.publish({ overwriteExisting: false }),
  );
});

test("a connection that is off, or of a system not supported yet, takes no course", async () => {
  const off = await publishing({ connection: { isActive: false } });
  await expectRefused(off.world.orgId, { status: 409, code: "FEATURE_DISABLED" }, () =>
    off.publish(),
  );
  const moodle = await publishing({ connection: { type: "moodle" } });
  const answer = await expectRefused(
    moodle.world.orgId,
    { status: 409, code: "FEATURE_DISABLED" },
    () => moodle.publish(),
  );
  expect(answer.body.detail).toMatch(/not supported yet/);
});

test("dates go with the course, and enrollment may not end before it begins", async () => {
  const scene = await publishing();
  const startDate = "2031-02-03T04:05:06.000Z";
  await expectRefused(scene.world.orgId, { status: 400, code: "VALIDATION_FAILED" }, () =>
    scene.publish({ startDate, enrollmentEnd: startDate }),
  );
  await published(scene, { startDate, enrollmentEnd: "2031-03-01T00:00:00Z" });
  const [upload] = (await scene.instance.seen()).uploads;
  expect(Date.parse(String(upload?.policy.start))).toBe(Date.parse(startDate));
});

test("publishing is the course's own instructor's and the admins'; a foreign id is a missing one", async () => {
  const scene = await publishing();
  const { world, configurationId } = scene;
  const stranger = await world.newPerson("instructor");
  for (const as of [stranger, world.reviewer, world.learner]) {
    await expectRefused(
      world.orgId,
      { status: 403, code: "PERMISSION_DENIED", detail: "Permission denied: openedx:publish" },
      () => scene.publish({}, as),
    );
  }
  const other = await publishing();
  await expectForeignIsMissing(other.course.id, "Course", (id) =>
    http("POST", `/lms/openedx/courses/${id}/publish`, {
      as: world.admin,
      body: { configurationId },
    }),
  );
  await expectForeignIsMissing(other.configurationId, "Configuration", (id) =>
    http("POST", scene.path, { as: world.admin, body: { configurationId: id } }),
  );
  ok(await scene.publish({}, world.orgAdmin));
});
