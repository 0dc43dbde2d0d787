import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { command, http, ok, rows } from "../harness/world.ts";
import { connected, newInstance } from "./instance.ts";
import { type Publishing, published, publishing } from "./publishing.ts";

beforeEach(() => {
  clock.now = () => Date.now();
});

/** The jobs whose bundles lie in the bucket, by the bundles' names. */
async function stored({ world, course }: Publishing): Promise<string[]> {
  const prefix = `${world.orgId}/openedx/${course.id}/`;
  const { objects } = await env.FILES.list({ prefix });
  return objects.map(({ key }) => key.slice(prefix.length).replace(".tar.gz", "")).sort();
}

async function renamed({ world, modules }: Publishing, title: string): Promise<void> {
  const moduleId = modules[0]?.id;
  ok(await command("lms.module.update", { moduleId, title }, world.instructor));
}

test("of a course's bundles the last one of each instance stays, to know an unchanged course by", async () => {
  const scene = await publishing();
  const first = await published(scene);
  await renamed(scene, "Another");
  const second = await published(scene);
  expect(await stored(scene)).toEqual([second.id]);
  const instance = await newInstance();
  const { id: configurationId } = await connected(scene.world, instance);
  const elsewhere = await published(scene, { configurationId });
  expect(await stored(scene)).toEqual([second.id, elsewhere.id].sort());
  const unchanged = await published(scene);
  expect(unchanged.metadata.unchanged).toBe(true);
  expect(await stored(scene)).toEqual([second.id, elsewhere.id].sort());
  expect(
    await rows(
      "SELECT id FROM lms_import_jobs WHERE course_id = ? AND bundle_key IS NULL",
      scene.course.id,
    ),
  ).toEqual([{ id: first.id }]);
});

test("an unchanged course that the instance lost goes up from the bundle that was kept", async () => {
  const scene = await publishing();
  const { edxCourseKey, id } = await published(scene);
  await scene.instance.set({
    courses: { [edxCourseKey]: { title: "Lost", start: "2030-01-01T00:00:00Z" } },
  });
  expect(await published(scene)).toMatchObject({ status: "succeeded" });
  expect((await scene.instance.seen()).uploads).toHaveLength(2);
  expect(await stored(scene)).toEqual([id]);
});

test("a job that was cancelled or failed before its upload leaves no bundle behind", async () => {
  const scene = await publishing();
  const { id } = await published(scene);
  await renamed(scene, "Another");
  const { jobId } = ok(await scene.publish());
  await scene.oneStep();
  expect(await stored(scene)).toEqual([id, jobId].sort());
  const cancel = `/lms/openedx/jobs/${jobId}/cancel`;
  ok(await http("POST", cancel, { as: scene.world.instructor }));
  await scene.run();
  expect(await stored(scene)).toEqual([id]);
});

test("a Worker that dies while it tidies does so again, and only the last bundle is left", async () => {
  const fault = { on: /^update "lms_tasks" set (?!"lease")/, moment: "before" as const, times: 0 };
  const scene = await publishing({ faults: [fault] });
  await published(scene);
  await renamed(scene, "Another");
  const { jobId } = ok(await scene.publish());
  while ((await scene.task())?.step !== "tidy") await scene.oneStep();
  fault.times = 2;
  await scene.oneStep();
  expect(fault.times).toBe(0);
  expect(await stored(scene)).toEqual([jobId]);
  await scene.run();
  const left = "SELECT id FROM lms_import_jobs WHERE course_id = ? AND bundle_key IS NOT NULL";
  expect(await rows(left, scene.course.id)).toEqual([{ id: jobId }]);
});
