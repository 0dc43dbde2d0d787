import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { assign } from "../assessment/assignment.ts";
import { publishedCourse } from "../harness/course.ts";
import { drain, http, type Json, newOrganization, ok, rows, type World } from "../harness/world.ts";
import { downloadedBundle, uploadedBundle, uploadedFile } from "./olx-upload.ts";

let world: World;
let courseId: string;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const SUBRIP = "1\n00:00:01,000 --> 00:00:02,500\nПривет\n";

beforeAll(async () => {
  world = await newOrganization();
  const put = (text: string, name: string, contentType: string, purpose = "course") =>
    uploadedFile(bytesOf(text), world.instructor, { name, contentType, purpose });
  const image = await put("an image", "image.png", "image/png", "picture");
  const thumbnail = await put("a thumbnail", "thumb.png", "image/png", "thumbnail");
  const guide = await put("%PDF-1.7 a guide", "Учебник.pdf", "application/pdf");
  const film = await put("a film", "film.mp4", "video/mp4");
  const subtitles = await put(SUBRIP, "film.srt", "application/x-subrip");
  const html = `<h2>Раз</h2><p><img src="/files/${image.key}" alt="A"></p>`;
  const video = {
    fileId: film.id,
    durationSec: 60,
    transcripts: [{ language: "ru", fileId: subtitles.id }],
  };
  const made = await publishedCourse(world, {
    course: { title: "Файлы и работы", language: "ru", thumbnailFileId: thumbnail.id },
    modules: [
      { title: "Картинка", content: { html } },
      { title: "Учебник", type: "download", content: { fileId: guide.id } },
      { title: "Фильм", type: "video", content: video },
      { title: "Эссе", type: "assignment", content: {} },
      { title: "Проект", type: "assignment", content: {} },
      {
        title: "Части",
        content: null,
        sections: [
          {
            title: "Одна",
            type: "text",
            content: { html: "<p>Один</p>" },
            resources: [{ title: "Книга", fileId: guide.id }],
          },
        ],
      },
    ],
  });
  courseId = made.course.id;
  await assign(world, made.modules[3]?.id, {
    absoluteDueDate: "2030-01-02T10:00:00.000Z",
    passingScore: 50,
  });
  await assign(world, made.modules[4]?.id, {
    type: "file-upload",
    passingScore: 70,
    rubric: [
      { title: "Мысль", maxScore: 40, description: "Своя" },
      { title: "Стиль", maxScore: 60 },
    ],
  });
});

test("Images, files, films with transcripts and assignments come back, but for what is listed", async () => {
  const bytes = await downloadedBundle(courseId, world.instructor);
  const fileId = await uploadedBundle(bytes, world.instructor);
  const body = { fileId };
  const valid = await http("POST", "/lms/openedx/olx/validate", { as: world.instructor, body });
  expect(valid.body).toEqual({ valid: true, issues: [] });
  const asked = ok(await http("POST", "/lms/openedx/olx/import", { as: world.instructor, body }));
  await drain(world.orgId);
  const path = `/lms/openedx/olx/imports/${asked.id}`;
  const ended = ok(await http("GET", path, { as: world.instructor }));
  expect(ended.state).toBe("succeeded");
  const told = ended.issues.map((one: Json) =>
    one.message.replace(/thumb\w*\.png|[0-9a-f]\w+\.png/, "IMAGE"),
  );
  expect(told).toEqual([
    "Left out of it: start",
    "The course's image IMAGE was left out",
    "OLX tells no length of a video: it was set to 1 s",
    "OLX tells no pass mark of an assignment: it was set to half",
    "OLX tells no pass mark of an assignment: it was set to half",
    "Nothing leads to this file: it was left out",
  ]);
  const [before, after] = [await whole(courseId), await whole(ended.courseId)];
  expect(after).toEqual(before);
  expect(after.files).toHaveLength(4);
  expect(after.assignments).toHaveLength(2);
});

/** Everything of a course but ids, and what the list says: its image, lengths and pass marks. */
async function whole(id: string): Promise<Json> {
  const files = await rows(
    "SELECT id, key, name, content_type, size, sha256 FROM lms_files WHERE organization_id = ?",
    world.orgId,
  );
  const contents = await rows(
    `SELECT title, type, url_name, content FROM lms_course_modules WHERE course_id = ? ORDER BY position`,
    id,
  );
  const sections = await rows(
    `SELECT title, type, url_name, content, resources FROM lms_module_sections
     WHERE module_id IN (SELECT id FROM lms_course_modules WHERE course_id = ?) ORDER BY position`,
    id,
  );
  const assignments = await rows(
    `SELECT title, instructions, type, max_score, absolute_due_date, peers, rubric
     FROM lms_assignments WHERE course_id = ? ORDER BY title, type`,
    id,
  );
  const shown = new Map<string, string>();
  const named = (json: string | null): string | null => {
    let text = json;
    for (const { id: fileId, key, ...file } of files) {
      if (!text?.includes(fileId) && !text?.includes(key)) continue;
      // Pictures go by their keys, which name nothing; all other files keep their names.
      const isPicture = text.includes(key);
      shown.set(key, JSON.stringify(isPicture ? { ...file, name: "" } : file));
      text = text.replaceAll(key, file.sha256).replaceAll(fileId, file.sha256);
    }
    return (
      text
        ?.replace(/"assignmentId":"[^"]+"/, "")
        .replace(/"durationSec":\d+,?/, "")
        .replace(/\{,|,\}/g, (at) => at.replace(",", "")) ?? null
    );
  };
  const inOrder = (json: string | null) => {
    const text = named(json);
    if (text === null || !text.startsWith("{")) return text;
    return Object.fromEntries(Object.entries(JSON.parse(text)).sort());
  };
  return {
    modules: contents.map((one) => ({ ...one, content: inOrder(one.content) })),
    sections: sections.map((one) => ({
      ...one,
      content: inOrder(one.content),
      resources: named(one.resources),
    })),
    assignments: assignments.map((one) => ({
      ...one,
      rubric: one.rubric?.replace(/"id":"[^"]+",?/g, "") ?? null,
    })),
    files: [...shown.values()].sort(),
  };
}

test("The files of an imported course are in the bucket, as they were", async () => {
  const [draft] = await rows(
    "SELECT id FROM lms_courses WHERE organization_id = ? AND id <> ?",
    world.orgId,
    courseId,
  );
  const files = await rows("SELECT key, size FROM lms_files WHERE attached_to = ?", draft?.id);
  const texts = await Promise.all(files.map(async ({ key }) => (await env.FILES.get(key))?.text()));
  expect(texts.sort()).toEqual(["%PDF-1.7 a guide", SUBRIP, "a film", "an image"].sort());
});
