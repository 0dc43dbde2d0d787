import { exports } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { publishedCourse } from "../harness/course.ts";
import {
  drain,
  eventsOf,
  http,
  type Json,
  newOrganization,
  ORIGIN,
  ok,
  type Person,
  rows,
  type World,
} from "../harness/world.ts";
import { unpacked } from "./olx/sample.ts";
import { uploadedBundle, uploadedFile } from "./olx-upload.ts";

let world: World;

beforeAll(async () => {
  world = await newOrganization();
});

const QUESTIONS = [
  {
    kind: "single",
    prompt: "Столица?",
    options: [
      { id: "m", text: "Москва" },
      { id: "p", text: "Париж & Ко" },
    ],
    answer: "m",
    points: 2,
    explanation: "Так и есть",
  },
  { kind: "true-false", prompt: "Верно?", answer: false, points: 1 },
  { kind: "short-text", prompt: "Слово", answer: ["да", "ага"], points: 1 },
  { kind: "numeric", prompt: "Пи", answer: { value: 3.14, tolerance: 0.01 }, points: 1 },
];

const course = () =>
  publishedCourse(world, {
    course: { title: "Введение в науку", language: "ru", description: "О науке & жизни" },
    modules: [
      {
        title: "Урок",
        content: { html: "<h2>Раз</h2><figure>a &amp; b</figure>" },
      },
      { title: "Тест", type: "quiz", content: { passingScore: 60, questions: QUESTIONS } },
      {
        title: "Видео",
        type: "video",
        content: { youtubeId: "dQw4w9WgXcQ", durationSec: 60 },
      },
      {
        title: "Части",
        content: null,
        sections: [
          {
            title: "Первая",
            type: "text",
            content: { html: "<p>Один</p>" },
            resources: [{ title: "Ссылка", url: "https://example.com/a" }],
          },
          {
            title: "Вторая",
            type: "video",
            content: { url: "https://e.example/v.mp4", durationSec: 5 },
          },
        ],
      },
    ],
  });

async function bundleOf(courseId: string, as: Person): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await exports.default.fetch(`${ORIGIN}/lms/openedx/courses/${courseId}/olx`, {
    headers: { authorization: `Bearer ${as.key}` },
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  expect(answer.headers.get("content-type")).toBe("application/gzip");
  return new Uint8Array(await answer.arrayBuffer());
}

const filesOf = (bytes: Uint8Array<ArrayBuffer>) => unpacked(new Blob([bytes]).stream());

test("A published course is downloaded as a bundle, whose names stay when it is renamed", async () => {
  const { course: made, modules } = await course();
  const first = await filesOf(await bundleOf(made.id, world.instructor));
  const lesson = [...first.keys()].find((path) => /^html\/urok_\w+\.html$/.test(path));
  expect(first.get(lesson ?? "")).toBe('<h2>Раз</h2><div class="figure">a &amp; b</div>\n');
  expect([...first.keys()].filter((path) => path.startsWith("problem/"))).toHaveLength(4);
  await drain(world.orgId);
  ok(
    await http("PATCH", `/lms/instructor/modules/${modules[0]?.id}`, {
      as: world.instructor,
      body: { title: "Совсем другое" },
    }),
  );
  const again = await filesOf(await bundleOf(made.id, world.orgAdmin));
  expect([...again.keys()].sort()).toEqual([...first.keys()].sort());
  expect(again.get(lesson?.replace(".html", ".xml") ?? "")).toContain("Совсем другое");
});

test("The same course gives the same bytes", async () => {
  const { course: made } = await course();
  const [one, two] = [await bundleOf(made.id, world.admin), await bundleOf(made.id, world.admin)];
  expect(two).toEqual(one);
});

test("A draft, a foreign course and another instructor's are refused", async () => {
  const { course: made } = await course();
  const path = `/lms/openedx/courses/${made.id}/olx`;
  const other = await newOrganization();
  expect((await http("GET", path, { as: other.admin })).status).toBe(404);
  const colleague = await world.newPerson("instructor");
  expect((await http("GET", path, { as: colleague })).status).toBe(403);
  const draft = ok(
    await http("POST", "/lms/instructor/courses", {
      as: world.instructor,
      body: { title: "Draft", type: "self-paced", level: "beginner" },
    }),
  );
  const refused = await http("GET", `/lms/openedx/courses/${draft.id}/olx`, {
    as: world.instructor,
  });
  expect(refused).toMatchObject({ status: 412, body: { code: "COURSE_NOT_READY" } });
});

test("What is left behind is told before a course goes out, to those who may take it", async () => {
  const { course: made } = await course();
  const path = `/lms/openedx/courses/${made.id}/check`;
  const olx = ok(await http("GET", path, { as: world.instructor }));
  expect(olx.valid).toBe(true);
  expect(olx.issues.map((one: Json) => one.message)).toEqual([
    "The quiz's pass mark of 60 % is left out: each question counts by itself",
    "1 × course.level: no place for it in the bundle",
    "1 × course.price: no place for it in the bundle",
  ]);
  const cartridge = ok(await http("GET", `${path}?format=cartridge`, { as: world.instructor }));
  expect(cartridge.issues.map((one: Json) => one.message)).toContain(
    "A number has to be given exactly: its tolerance is left out",
  );
  expect((await http("GET", path, { as: world.learner })).status).toBe(403);
  const other = await newOrganization();
  expect((await http("GET", path, { as: other.admin })).status).toBe(404);
});

test("Where a file is gone, neither bundle nor cartridge is made, and the check names its module", async () => {
  const file = await uploadedFile(new TextEncoder().encode("a"), world.instructor, {
    name: "a.txt",
    contentType: "text/plain",
  });
  const { course: made, modules } = await publishedCourse(world, {
    modules: [{ title: "File", type: "download", content: { fileId: file.id } }],
  });
  await rows("UPDATE lms_files SET deleted_at = 1 WHERE id = ?", file.id);
  const at = `/lms/openedx/courses/${made.id}`;
  for (const format of ["olx", "cartridge"]) {
    const refused = await http("GET", `${at}/${format}`, { as: world.instructor });
    expect(refused).toMatchObject({ status: 400, body: { code: "OLX_VALIDATION_ERROR" } });
    const checked = await http("GET", `${at}/check?format=${format}`, { as: world.instructor });
    expect(checked.body).toMatchObject({
      valid: false,
      issues: expect.arrayContaining([
        expect.objectContaining({ code: "MISSING_CONTENT", moduleId: modules[0]?.id }),
      ]),
    });
  }
});

test("A Common Cartridge holds pages, the quiz and their manifest", async () => {
  const { course: made } = await course();
  const answer = await exports.default.fetch(`${ORIGIN}/lms/openedx/courses/${made.id}/cartridge`, {
    headers: { authorization: `Bearer ${world.instructor.key}` },
  });
  const { unzipSync } = await import("fflate");
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  const manifest = new TextDecoder().decode(files["imsmanifest.xml"]);
  expect(manifest).toContain("<schemaversion>1.3.0</schemaversion>");
  const hrefs = [...manifest.matchAll(/<file href="([^"]+)"/g)].map((one) => one[1]);
  expect(hrefs.length).toBeGreaterThan(3);
  expect(hrefs.filter((href) => !(href && href in files))).toEqual([]);
});

test("A bundle is valid, is imported as a draft, and comes out of it as it went in", async () => {
  const { course: made } = await course();
  const bytes = await bundleOf(made.id, world.instructor);
  const fileId = await uploadedBundle(bytes, world.instructor);
  const checked = await http("POST", "/lms/openedx/olx/validate", {
    as: world.instructor,
    body: { fileId },
  });
  expect(ok(checked)).toEqual({ valid: true, issues: [] });
  const asked = await http("POST", "/lms/openedx/olx/import", {
    as: world.instructor,
    body: { fileId },
  });
  expect(asked).toMatchObject({ status: 202, body: { state: "pending", courseId: null } });
  await drain(world.orgId);
  const ended = ok(
    await http("GET", `/lms/openedx/olx/imports/${asked.body.id}`, { as: world.instructor }),
  );
  expect(ended).toMatchObject({ state: "succeeded", progressPercent: 100 });
  const told = ended.issues.map((one: Json) => one.message);
  expect(new Set(told)).toEqual(
    new Set([
      "Left out of it: start",
      "OLX tells no pass mark of a quiz: it was set to 60 %",
      "OLX tells no length of a video: it was set to 1 s",
    ]),
  );
  expect(await eventsOf(ended.courseId)).toMatchObject([{ name: "course.created" }]);
  expect(await outline(ended.courseId)).toEqual(await outline(made.id));
  expect(await questions(ended.courseId)).toEqual(await questions(made.id));
});

/** What a learner meets, without ids, and without the lengths that OLX has no word for. */
async function outline(courseId: string): Promise<Json> {
  const modules = await rows(
    `SELECT id, title, type, url_name, content FROM lms_course_modules
     WHERE course_id = ? ORDER BY position`,
    courseId,
  );
  return Promise.all(
    modules.map(async ({ id, content, ...module }) => ({
      ...module,
      content: told(content),
      sections: (
        await rows(
          `SELECT title, type, url_name, content, resources FROM lms_module_sections
           WHERE module_id = ? ORDER BY position`,
          id,
        )
      ).map((one) => ({ ...one, content: told(one.content) })),
    })),
  );
}

const told = (json: string | null): Json | null => {
  if (json === null) return null;
  const { durationSec: _, ...rest } = JSON.parse(json);
  return rest;
};

const questions = (courseId: string): Promise<Json[]> =>
  rows(
    `SELECT kind, prompt, options, answer, points, explanation FROM lms_quiz_questions
     WHERE module_id IN (SELECT id FROM lms_course_modules WHERE course_id = ?) ORDER BY position`,
    courseId,
  );

test("What is no bundle fails whole: there is no course of it, and the reason is told", async () => {
  const here = await newOrganization();
  const fileId = await uploadedBundle(new TextEncoder().encode("no archive"), here.instructor);
  const asked = ok(
    await http("POST", "/lms/openedx/olx/import", { as: here.instructor, body: { fileId } }),
  );
  await drain(here.orgId);
  const ended = ok(
    await http("GET", `/lms/openedx/olx/imports/${asked.id}`, { as: here.instructor }),
  );
  expect(ended).toMatchObject({
    state: "failed",
    courseId: null,
    issues: [{ code: "INVALID_ARCHIVE" }],
  });
  expect(await rows("SELECT id FROM lms_courses WHERE organization_id = ?", here.orgId)).toEqual(
    [],
  );
});
