import { beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { http, ok, type Person } from "../harness/world.ts";
import { type Publishing, publishing } from "./publishing.ts";

beforeEach(() => {
  clock.now = () => Date.now();
});

const cancel = (jobId: string, as: Person) =>
  http("POST", `/lms/openedx/jobs/${jobId}/cancel`, { as, body: {} });

async function under(scene: Publishing, steps: number): Promise<string> {
  const { jobId } = ok(await scene.publish());
  for (let count = 0; count < steps; count++) await scene.oneStep();
  return String(jobId);
}

test("a job is cancelled before its upload, nothing goes up, and the course is free again", async () => {
  for (const steps of [0, 1, 2]) {
    const scene = await publishing();
    const jobId = await under(scene, steps);
    const answer = ok(await cancel(jobId, scene.world.instructor));
    expect(answer).toMatchObject({ status: "failed", errorCode: "CANCELLED" });
    await scene.run();
    expect(await scene.job(jobId)).toMatchObject({ status: "failed", errorCode: "CANCELLED" });
    expect((await scene.instance.seen()).uploads).toEqual([]);
    expect((await scene.told(jobId)).at(-1)).toBe("openedx.import-completed");
    ok(await scene.publish());
  }
});

test("what the instance has taken, or what has ended, is not cancelled", async () => {
  const scene = await publishing();
  const jobId = await under(scene, 3);
  const refused = { status: 409, code: "INVALID_TRANSITION" };
  const { orgId, admin } = scene.world;
  await expectRefused(orgId, { ...refused, state: "processing" }, () => cancel(jobId, admin));
  await scene.run();
  await expectRefused(orgId, { ...refused, state: "succeeded" }, () => cancel(jobId, admin));
});

test("a job is cancelled by who may publish the course; a foreign one is missing", async () => {
  const scene = await publishing();
  const other = await publishing();
  const jobId = await under(scene, 0);
  const foreign = await under(other, 0);
  const { world } = scene;
  for (const as of [await world.newPerson("instructor"), world.learner]) {
    await expectRefused(world.orgId, { status: 403 }, () => cancel(jobId, as));
  }
  await expectForeignIsMissing(foreign, "Job", (id) => cancel(id, world.admin));
});
