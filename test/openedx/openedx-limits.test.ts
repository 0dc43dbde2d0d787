import { beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { publishedCourse } from "../harness/course.ts";
import { type Answer, ok } from "../harness/world.ts";
import { faultyWorker } from "../reliability/worker.ts";
import { publishing } from "./publishing.ts";

const MINUTE = 60_000;
const limited = faultyWorker({ limits: "on" });

beforeEach(() => {
  clock.now = () => Date.now();
});

const minuteNow = () => Math.floor(Date.now() / MINUTE);

/** The platform counts by whole minutes of the wall clock: what ran into the next one is done anew. */
async function inOneMinute(act: () => Promise<void>): Promise<void> {
  const began = minuteNow();
  try {
    await act();
  } catch (error) {
    if (minuteNow() === began) throw error;
    await act();
  }
}

async function times(count: number, ask: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let each = 0; each < count; each++) answers.push(await ask());
  return answers;
}

const isTooOften = (answer: Answer | undefined) => {
  expect(answer).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
  expect(answer?.headers.get("retry-after")).toBe("60");
};

test("a course is published five times a minute, emptying it among them, and another one beside it", async () => {
  await inOneMinute(async () => {
    const scene = await publishing();
    const { world, configurationId } = scene;
    const publish = (courseId: string) =>
      limited.http("POST", `/lms/openedx/courses/${courseId}/publish`, {
        as: world.instructor,
        body: { configurationId },
      });
    const answers = await times(5, () => publish(scene.course.id));
    expect(answers.map(({ status }) => status)).toEqual([202, 409, 409, 409, 409]);
    isTooOften(await publish(scene.course.id));
    const query = `?configurationId=${configurationId}&confirm=true`;
    isTooOften(
      await limited.http("DELETE", `/lms/openedx/courses/${scene.course.id}${query}`, {
        as: world.instructor,
      }),
    );
    const { course: other } = await publishedCourse(world);
    ok(await publish(other.id));
  });
});

test("a connection is tried ten times a minute, lest it hammer the instance, and another one beside it", async () => {
  await inOneMinute(async () => {
    const [scene, other] = [await publishing(), await publishing()];
    const tried = ({ world, configurationId }: typeof scene) =>
      limited.http("POST", `/lms/openedx/configurations/${configurationId}/test`, {
        as: world.orgAdmin,
      });
    const answers = await times(10, () => tried(scene));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const { requests } = await scene.instance.seen();
    isTooOften(await tried(scene));
    expect((await scene.instance.seen()).requests).toHaveLength(requests.length);
    ok(await tried(other));
  });
});
