import { expect, test } from "vitest";
import { instructorChannel } from "../../src/live/channels.ts";
import { publishedCourse } from "../harness/course.ts";
import { http, newOrganization, ok } from "../harness/world.ts";
import { listenAs } from "../live/listen.ts";
import { connected, newInstance } from "./instance.ts";

test("a course's instructor hears each change of its publication, over queues as they are deployed", async () => {
  const world = await newOrganization();
  const { course } = await publishedCourse(world);
  // It ends at the first look: nothing has to be waited for.
  const instance = await newInstance({ clientSecret: "another" });
  const { id: configurationId } = await connected(world, instance);
  const { subscribe, nextOf } = await listenAs(world.instructor);
  const channel = instructorChannel(world.orgId, course.id);
  expect(await subscribe(channel)).toBe("subscribed");
  const { jobId } = ok(
    await http("POST", `/lms/openedx/courses/${course.id}/publish`, {
      as: world.instructor,
      body: { configurationId },
    }),
  );
  const told = [];
  for (let count = 0; count < 3; count++) told.push(await nextOf("import:progress"));
  expect(told.map(({ data }) => Object(data).event).toSorted()).toEqual([
    "openedx.import-completed",
    "openedx.import-progress",
    "openedx.import-started",
  ]);
  for (const one of told) {
    expect(one).toMatchObject({ channel, data: { jobId, courseId: course.id } });
  }
});
