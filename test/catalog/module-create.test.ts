import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import {
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  rows,
  type World,
} from "../harness/world.ts";
import {
  expectForeignIsMissing,
  expectOthersRefused,
  expectReadOnly,
  foreignCourse,
  MISSING,
  titlesInOrder,
} from "./refused.ts";

let world: World;
let courseId: string;
beforeAll(async () => {
  world = await newOrganization();
  courseId = (await draftCourse(world, { modules: [] })).course.id;
});

const create = (body: Json, id = courseId, as = world.instructor) =>
  http("POST", `/lms/instructor/courses/${id}/modules`, { as, body });

it("makes a module with its sections, in their order, in one event of the course", async () => {
  const { course } = await draftCourse(world, { modules: [] });
  const answer = await create(
    {
      title: "Начало",
      type: "article",
      content: { html: "<p>Text</p>" },
      isPublished: true,
      sections: [
        { title: "Read", type: "text", content: { html: "<p>A</p>" } },
        { title: "Watch", type: "video", content: { youtubeId: "dQw4w9WgXcQ", durationSec: 90 } },
      ],
    },
    course.id,
  );
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toBe(`/lms/instructor/modules/${answer.body.id}`);
  expect(answer.body).toMatchObject({ position: 0, isRequired: true, isFree: false, version: 1 });
  expect(answer.body.sections.map((one: Json) => [one.title, one.position])).toEqual([
    ["Read", 0],
    ["Watch", 1],
  ]);
  expect((await eventsOf(course.id)).slice(1)).toMatchObject([
    { name: "course.updated", version: 2, payload: { updatedFields: ["modules"] } },
  ]);
});

it("stands where it is told, the others moving on", async () => {
  const { course } = await draftCourse(world, { modules: [{ title: "A" }, { title: "C" }] });
  ok(await create({ title: "B", type: "article", position: 1 }, course.id));
  expect(await titlesInOrder("lms_course_modules", "course_id", course.id)).toEqual([
    { title: "A", position: 0 },
    { title: "B", position: 1 },
    { title: "C", position: 2 },
  ]);
});

it("keeps positions dense when many come at once", async () => {
  const { course } = await draftCourse(world, { modules: [] });
  const titles = ["1", "2", "3"];
  await Promise.all(titles.map((title) => create({ title, type: "article" }, course.id)));
  const order = await titlesInOrder("lms_course_modules", "course_id", course.id);
  expect(order.map((one) => one.position)).toEqual([0, 1, 2]);
});

it("sanitizes its html once, on the way in", async () => {
  const html = '<p onclick="x()">Hi<script>alert(1)</script><a href="javascript:x()">l</a></p>';
  const answer = await create({ title: "Script", type: "article", content: { html } });
  expect(answer.body.content).toEqual({ html: "<p>Hi<a>l</a></p>" });
  const [row] = await rows("SELECT content FROM lms_course_modules WHERE id = ?", answer.body.id);
  expect(row?.content).not.toContain("script");
});

it.each([
  ["an article without text", { type: "article", content: { text: "x" } }, "content.html"],
  [
    "an article nested too deep for the stack",
    { type: "article", content: { html: "<div>".repeat(30_000) } },
    "content.html",
  ],
  ["a video of no source", { type: "video", content: { durationSec: 5 } }, "content"],
  [
    "a video of two",
    {
      type: "video",
      content: { durationSec: 5, youtubeId: "dQw4w9WgXcQ", url: "https://v.example/a" },
    },
    "content",
  ],
  [
    "a video over http",
    { type: "video", content: { durationSec: 5, url: "http://v.example/a" } },
    "content.url",
  ],
  ["a quiz above 100 %", { type: "quiz", content: { passingScore: 101 } }, "content.passingScore"],
  [
    "content of another type",
    { type: "download", content: { html: "<p>x</p>" } },
    "content.fileId",
  ],
  [
    "a section's content",
    { type: "article", sections: [{ title: "s", type: "text", content: {} }] },
    "sections.0.content.html",
  ],
  [
    "a section's type",
    { type: "article", sections: [{ title: "s", type: "song" }] },
    "sections.0.type",
  ],
  ["an unknown type", { type: "podcast" }, "type"],
  ["a field of the server's", { type: "article", urlName: "x" }, "urlName"],
  ["a negative position", { type: "article", position: -1 }, "position"],
  ["a mastery above 100", { type: "article", masteryScore: 101 }, "masteryScore"],
])("refuses %s with its path", async (_, wrong, path) => {
  const answer = await create({ title: "Wrong", ...wrong });
  expect(answer.body).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
  expect(answer.body.errors.map((one: Json) => one.path)).toContain(path);
});

it("names only what is there: a chapter of this course, a session of it, a usable file", async () => {
  const foreign = await foreignCourse();
  const wrong: [string, Json][] = [
    ["Chapter not found", { type: "article", chapterId: foreign.chapterId }],
    ["Chapter not found", { type: "article", chapterId: MISSING }],
    ["Session not found", { type: "live-session", content: { sessionId: MISSING } }],
    ["File not found", { type: "download", content: { fileId: MISSING } }],
    [
      "File not found",
      {
        type: "article",
        sections: [{ title: "s", type: "text", resources: [{ title: "r", fileId: MISSING }] }],
      },
    ],
  ];
  for (const [detail, body] of wrong) {
    expect((await create({ title: "Wrong", ...body })).body).toMatchObject({ status: 404, detail });
  }
});

it("is the own instructor's and lms-admin's", async () => {
  const payload = { courseId, title: "x", type: "article" };
  await expectOthersRefused(world, "lms.module.create", payload);
  expect((await create({ title: "x", type: "article" }, courseId, world.admin)).status).toBe(201);
});

it("is refused while the course is under review, and archived", async () => {
  const { course } = await draftCourse(world);
  const payload = { courseId: course.id, title: "x", type: "article" };
  await expectReadOnly(world, course.id, "lms.module.create", payload);
});

it("answers for a foreign course as for a missing one", async () => {
  const foreign = await foreignCourse();
  const payload = (id: string) => ({ courseId: id, title: "x", type: "article" });
  await expectForeignIsMissing(world, "lms.module.create", payload, foreign.courseId);
});
