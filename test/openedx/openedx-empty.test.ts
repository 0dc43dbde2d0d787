import { beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { http, ok, type Person } from "../harness/world.ts";
import { type Publishing, published, publishing } from "./publishing.ts";

beforeEach(() => {
  clock.now = () => Date.now();
});

const at = (courseId: string, configurationId: string, confirm = "&confirm=true") =>
  `/lms/openedx/courses/${courseId}?configurationId=${configurationId}${confirm}`;
const empty = (scene: Publishing, as: Person = scene.world.instructor) =>
  scene.worker.http("DELETE", at(scene.course.id, scene.configurationId), { as });
const statusOf = async (scene: Publishing) =>
  ok(
    await http(
      "GET",
      `/lms/openedx/courses/${scene.course.id}/status?configurationId=${scene.configurationId}`,
      { as: scene.world.instructor },
    ),
  );

test("an empty course that never begins takes the place of a published one, and says so", async () => {
  const scene = await publishing();
  await published(scene);
  expect(await statusOf(scene)).toMatchObject({ exists: true, published: true });
  const answer = await empty(scene);
  expect(answer.status).toBe(202);
  expect(answer.body.message).toMatch(/deletes no course.*far future/);
  await scene.run();
  expect(await scene.job(answer.body.jobId)).toMatchObject({
    operation: "empty",
    status: "succeeded",
  });
  const [, shell] = (await scene.instance.seen()).uploads;
  expect(shell?.key).toBe(answer.body.edxCourseKey);
  expect(Date.parse(String(shell?.policy.start))).toBeGreaterThan(Date.UTC(2090, 0));
  expect(shell?.files.filter((name) => /\/(?:chapter|html)\//.test(name))).toEqual([]);
  expect(await statusOf(scene)).toMatchObject({ exists: true, published: false });
  expect(await published(scene)).toMatchObject({ status: "succeeded" });
  expect((await scene.instance.seen()).uploads).toHaveLength(3);
});

test("it has to be confirmed, and there has to be something to empty", async () => {
  const scene = await publishing();
  const { world } = scene;
  const unconfirmed = await http("DELETE", at(scene.course.id, scene.configurationId, ""), {
    as: world.instructor,
  });
  expect(unconfirmed).toMatchObject({ status: 400, body: { errors: [{ path: "confirm" }] } });
  await expectRefused(world.orgId, { status: 404, detail: "Publication not found" }, () =>
    empty(scene),
  );
  await published(scene);
  ok(await scene.publish());
  await expectRefused(world.orgId, { status: 409, code: "IMPORT_IN_PROGRESS" }, () => empty(scene));
});

test("a course is emptied by who may publish it; a foreign one is missing", async () => {
  const scene = await publishing();
  const other = await publishing();
  await published(scene);
  await published(other);
  const { world, configurationId } = scene;
  for (const as of [await world.newPerson("instructor"), world.learner]) {
    await expectRefused(world.orgId, { status: 403 }, () => empty(scene, as));
  }
  await expectForeignIsMissing(other.course.id, "Course", (id) =>
    http("DELETE", at(id, configurationId), { as: world.admin }),
  );
});
