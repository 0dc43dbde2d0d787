// An instructor writes, a reviewer judges, the public finds.
import { createHash } from "node:crypto";
import { check } from "./client.mjs";
import { thumbnail } from "./picture.mjs";

const OWN = "/lms/instructor";

/** A course with its thumbnail, chapters, modules and sections, still a draft. */
export async function writeCourse(client, key, run) {
  const title = `Ёлки и звёзды: астрономия для всех · Stars above the firs (${run})`;
  const course = await client.create(`${OWN}/courses`, key, {
    title,
    description: "Двуязычный курс о ночном небе. A course on the night sky in two languages.",
    type: "hybrid",
    level: "beginner",
    price: { amount: 0, currency: "EUR" },
    language: "ru",
    tags: ["астрономия", "astronomy", run],
    learningObjectives: ["Узнавать созвездия", "Find the pole star"],
    completionThreshold: 100,
    estimatedMinutes: 45,
  });
  return course;
}

/** Signed address, bytes, course: the file is used where it is named. */
export async function giveThumbnail(client, key, course) {
  const bytes = thumbnail(Date.now());
  const file = await client.create("/lms/uploads", key, {
    name: "stars.png",
    contentType: "image/png",
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    purpose: "thumbnail",
  });
  const put = await client.send(file.upload.method, file.upload.url, {
    headers: file.upload.headers,
    body: bytes,
  });
  check(put.status < 300, `The upload answered ${put.status}: ${put.body.detail ?? ""}`);
  const { thumbnailUrl } = await client.patch(`${OWN}/courses/${course.id}`, key, {
    thumbnailFileId: file.id,
  });
  const shown = await client.send("GET", thumbnailUrl);
  check(
    shown.status === 200 && shown.body.length === bytes.length,
    `The thumbnail answered ${shown.status}, not its ${bytes.length} bytes`,
  );
  return { url: new URL(thumbnailUrl, client.url).href, size: bytes.length };
}

/** Two chapters and four modules of three types, each waiting for the one before it. */
export async function writeContent(client, key, course) {
  const chapter = (title) => client.create(`${OWN}/courses/${course.id}/chapters`, key, { title });
  const module = (body) =>
    client.create(`${OWN}/courses/${course.id}/modules`, key, { isPublished: true, ...body });
  const first = await chapter("Начало · Beginnings");
  const second = await chapter("Практика · Practice");
  const article = await module({
    title: "Звёзды над ёлками",
    type: "article",
    chapterId: first.id,
    isFree: true,
    content: {
      html: "<h2>Небо</h2><p>Первая звезда — <em>Полярная</em>.</p><script>no()</script>",
    },
    sections: [
      { title: "Созвездия", type: "text", content: { html: "<p>Большая Медведица…</p>" } },
      {
        title: "Constellations",
        type: "text",
        content: { html: "<p>The Great Bear…</p>" },
        resources: [{ title: "IAU", url: "https://www.iau.org/" }],
      },
    ],
  });
  const video = await module({
    title: "The moving sky (video)",
    type: "video",
    chapterId: first.id,
    requiredPrevious: true,
    content: { youtubeId: "dQw4w9WgXcQ", durationSec: 300 },
    minimumSeconds: 1,
  });
  const quiz = await module({
    title: "Проверка · Quiz",
    type: "quiz",
    chapterId: second.id,
    requiredPrevious: true,
    content: { passingScore: 60 },
    masteryScore: 80,
  });
  const last = await module({
    title: "Что дальше · What next",
    type: "article",
    chapterId: second.id,
    requiredPrevious: true,
    content: { html: "<p>Clear skies!</p>" },
  });
  check(!article.content.html.includes("script"), "A script came through the sanitizer");
  const { moduleIds } = await client.expect(
    200,
    "PUT",
    `${OWN}/courses/${course.id}/modules/order`,
    {
      as: key,
      body: { moduleIds: [article.id, video.id, quiz.id, last.id] },
    },
  );
  check(moduleIds.length === 4, "The order lost a module");
  return { article, video, quiz, last };
}

/** Rejected once with a reason, put right, approved. */
export async function review(client, { instructor, reviewer }, course) {
  const submit = `${OWN}/courses/${course.id}/submit-review`;
  const reviewed = `/lms/admin/courses/${course.id}`;
  await client.post(submit, instructor);
  const reason = "Добавьте пролог: say for whom the course is";
  await client.post(`${reviewed}/reject`, reviewer, { reason });
  const seen = await client.get(`${OWN}/courses/${course.id}`, instructor);
  check(seen.rejection?.reason === reason, "The instructor does not see why it was rejected");
  await client.patch(`${OWN}/courses/${course.id}`, instructor, {
    description: `${course.description} Для начинающих. For beginners.`,
  });
  await client.post(submit, instructor);
  const published = await client.post(`${reviewed}/approve`, reviewer);
  check(published.status === "published", `The course is ${published.status}`);
  return { published, reason };
}

/** By a prefix, by е for ё, and in English; nobody signed in. */
export async function findBySearch(client, org, course, run) {
  const words = ["елк", "звезд", "астр", "fir"];
  for (const word of words) {
    const q = encodeURIComponent(`${word} ${run}`);
    const { data } = await client.get(`/lms/search?org=${org}&q=${q}`);
    check(
      data.length === 1 && data[0].id === course.id,
      `Searching “${word} ${run}” found ${data.length} courses`,
    );
  }
  const page = await client.get(`/lms/courses/${encodeURIComponent(course.slug)}?org=${org}`);
  const { data: modules } = await client.get(`/lms/courses/${course.id}/modules?org=${org}`);
  check(
    modules[0].content !== null && modules[1].content === null,
    "Content of a module that is not free is public, or that of a free one is not",
  );
  return { words, slug: page.slug };
}
