import { describe, expect, test } from "vitest";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { drain, eventsOf, http, newOrganization, ok } from "../harness/world.ts";

describe("a free course", () => {
  test("activates at once", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const made = await enrolled(world, course.id);
    expect(made).toMatchObject({ status: "active", payment: null, version: 2 });
    expect((await eventsOf(made.id)).map((one) => one.name)).toEqual(["enrollment.created", "enrollment.activated"]);
    ok(await http("GET", `/lms/enrollments/${made.id}`, { as: world.learner }));
    await drain(world.orgId);
  });
});
