import { clock } from "../../src/cloudflare/clock.ts";
import { publishedCourse } from "../harness/course.ts";
import type { InstanceScript } from "../harness/open-edx.ts";
import {
  advance,
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  rows,
} from "../harness/world.ts";
import { type Fault, faultyWorker } from "../reliability/worker.ts";
import { connected, newInstance } from "./instance.ts";

const STEPS_MAX = 80;

/** A published course, a connection to an instance, and a Worker whose queue is in the test's hand. */
export async function publishing({
  script = {},
  connection = {},
  faults = [],
  modules = [{ title: "Введение" }, { title: "Second" }],
}: {
  script?: InstanceScript;
  connection?: Json;
  faults?: Fault[];
  modules?: Parameters<typeof publishedCourse>[1] extends { modules?: infer M } | undefined
    ? M
    : never;
} = {}) {
  const world = await newOrganization();
  const { course, modules: made } = await publishedCourse(world, {
    course: { title: "Основы баз данных", language: "ru" },
    ...(modules ? { modules } : {}),
  });
  const instance = await newInstance(script);
  const { id: configurationId } = await connected(world, instance, connection);
  const worker = faultyWorker({ faults });
  const path = `/lms/openedx/courses/${course.id}/publish`;
  const task = async () => {
    const [row] = await rows<{ id: string; step: string; next_at: number; leased_until: number }>(
      `SELECT id, step, next_at, leased_until FROM lms_tasks
       WHERE organization_id = ? AND kind = 'openedx.import' AND state = 'ready'`,
      world.orgId,
    );
    return row;
  };
  /** The step that is due next, at the time that it is due: what the queue would hand over. */
  const oneStep = async (): Promise<string | undefined> => {
    const row = await task();
    if (!row) return undefined;
    const due = Math.max(row.next_at, row.leased_until ?? 0) - clock.now();
    if (due > 0) advance(due);
    await worker.consume("lms-jobs", [{ id: row.id, orgId: world.orgId, queue: "jobs" }]);
    return row.step;
  };
  return {
    world,
    course,
    modules: made,
    instance,
    configurationId: String(configurationId),
    worker,
    path,
    task,
    oneStep,
    publish: (body: Json = {}, as: Person = world.instructor) =>
      worker.http("POST", path, { as, body: { configurationId, ...body } }),
    /** Every step to the end, each at its time; the names of those that ran. */
    run: async (): Promise<string[]> => {
      const steps: string[] = [];
      for (let count = 0; count < STEPS_MAX; count++) {
        const step = await oneStep();
        if (step === undefined) return steps;
        steps.push(step);
      }
      throw new Error(`Not done after ${STEPS_MAX} steps: ${steps.join(" ")}`);
    },
    job: async (jobId: string): Promise<Json> =>
      ok(await http("GET", `/lms/openedx/jobs/${jobId}`, { as: world.instructor })),
    told: async (jobId: string) =>
      (await eventsOf(jobId)).map(({ name, payload }) =>
        name === "openedx.import-progress" ? `${payload.status} ${payload.progressPercent}` : name,
      ),
  };
}
export type Publishing = Awaited<ReturnType<typeof publishing>>;

/** A job from its publication to its end. */
export async function published(scene: Publishing, body: Json = {}): Promise<Json> {
  const { jobId } = ok(await scene.publish(body));
  await scene.run();
  return scene.job(String(jobId));
}
