import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import { command, eventsOf, http, newOrganization, ok, type World } from "../harness/world.ts";
import { expectForeignIsMissing, foreignCourse } from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const reject = (courseId: string, reason: string | undefined, as = world.reviewer) =>
  http("POST", `/lms/admin/courses/${courseId}/reject`, { as, body: { reason } });

async function underReview(): Promise<string> {
  const { course } = await draftCourse(world);
  ok(await command("lms.course.submitReview", { courseId: course.id }, world.instructor));
  return course.id;
}

it("sends the course back with the reason, which stays in its row and out of the log", async () => {
  const courseId = await underReview();
  const answer = await reject(courseId, "The second module has no text");
  expect(answer.body).toMatchObject({
    status: "draft",
    rejection: { reason: "The second module has no text", by: world.reviewer.id },
  });
  const event = (await eventsOf(courseId)).at(-1);
  expect(event?.name).toBe("course.rejected");
  expect(JSON.stringify(event?.payload)).not.toContain("second module");
});

it("shows the rejection to the author alone, and forgets it once approved", async () => {
  const courseId = await underReview();
  ok(await reject(courseId, "Too short"));
  const path = `/lms/instructor/courses/${courseId}`;
  const author = await http("GET", path, { as: world.instructor });
  expect(author.body.rejection.reason).toBe("Too short");
  ok(await command("lms.course.submitReview", { courseId }, world.instructor));
  ok(await command("lms.course.approve", { courseId }, world.reviewer));
  expect((await http("GET", path, { as: world.instructor })).body.rejection).toBeNull();
  const shown = await http("GET", `/lms/courses/${courseId}`, { as: world.learner });
  expect(shown.body).not.toHaveProperty("rejection");
});

it("needs a reason", async () => {
  const courseId = await underReview();
  for (const reason of [undefined, "  "]) {
    expect((await reject(courseId, reason)).body).toMatchObject({
      status: 400,
      errors: [{ path: "reason" }],
    });
  }
});

it("refuses what is not under review, and who may not review", async () => {
  const { course } = await draftCourse(world);
  expect((await reject(course.id, "No")).body).toMatchObject({ status: 409, state: "draft" });
  const courseId = await underReview();
  for (const as of [world.instructor, world.learner, world.orgAdmin]) {
    expect((await reject(courseId, "No", as)).status).toBe(403);
  }
});

it("answers for a foreign course as for a missing one", async () => {
  const { courseId } = await foreignCourse();
  const payload = (id: string) => ({ courseId: id, reason: "No" });
  await expectForeignIsMissing(world, "lms.course.reject", payload, courseId);
});
