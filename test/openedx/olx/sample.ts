import type {
  ComponentInput,
  CourseInput,
  FileInput,
  QuizInput,
  UnitContent,
} from "../../../src/openedx/olx/course-input.ts";
import type { BundleFiles } from "../../../src/openedx/olx/statics.ts";

export const ORG = "0192aaaa-0000-7000-8000-00000000000a";
export const OPTIONS = { org: "Lyceum", code: "AI101", run: "self_paced" };

export const idOf = (kind: number, at: number): string =>
  `0192${kind.toString(16).padStart(4, "0")}-0000-7000-8000-${(at * 7_919 + 1).toString(16).padStart(12, "0")}`;

const WORDS: Readonly<Record<string, { title: string; text: string }>> = {
  ru: { title: "Введение в обучение", text: "Привет, мир & «кавычки» — это урок." },
  ar: { title: "مقدمة في التعلم", text: "مرحبا بالعالم، هذا درس." },
  zh: { title: "机器学习导论", text: "你好，世界。这是一个单元。" },
  hi: { title: "मशीन लर्निंग परिचय", text: "नमस्ते दुनिया, यह एक पाठ है।" },
};

const QUIZ: QuizInput = {
  maxAttempts: 3,
  passingScore: 60,
  timeLimitSec: null,
  draw: null,
  shuffle: false,
};

const BYTES = new TextEncoder().encode("%PDF-1.7 a file of a course");
const VTT = new TextEncoder().encode("WEBVTT\n\n00:01.000 --> 00:02.500\nПривет\n");

export const fileOf = (at: number, name: string, contentType: string): FileInput => ({
  id: idOf(9, at),
  key: `${ORG}/course/${idOf(9, at)}/abc`,
  name,
  contentType,
  size: name.endsWith(".vtt") ? VTT.length : BYTES.length,
});

/** A bucket that has whatever is asked for. */
export const bucket: BundleFiles = {
  get: async (key) => {
    if (key.includes("gone")) return null;
    const bytes = key.endsWith("vtt") ? VTT : BYTES;
    return {
      body: new Response(bytes).body ?? new ReadableStream(),
      size: bytes.length,
      contentType: "image/png",
      etag: "e",
    };
  },
};

function componentsAt(at: number, language: string, paragraphs: number): ComponentInput[] {
  const { text = "" } = WORDS[language] ?? {};
  const image = `/files/${ORG}/picture/${idOf(8, at % 7)}/abcdef0123456789.png`;
  const html = `<h2>${at}</h2>${`<p>${text.replace("&", "&#x26;")} <b>b</b> <a href="https://example.com/?a=1&#x26;b=2">link</a></p>`.repeat(paragraphs)}<figure><img src="${image}" alt="${text.slice(0, 5)}"></figure>`;
  const id = idOf(3, at);
  switch (at % 5) {
    case 1:
      return [1, 2, 3, 4, 5].map((number) => problemAt(at * 10 + number, text, number));
    case 2:
      return [
        { kind: "video", id, youtubeId: "dQw4w9WgXcQ", transcripts: [] },
        { kind: "resources", id, links: [{ title: text, url: "https://example.com/" }] },
      ];
    case 3:
      return [{ kind: "download", id, file: fileOf(at, `${text}.pdf`, "application/pdf") }];
    default:
      return [{ kind: "html", id, html }];
  }
}

function problemAt(at: number, prompt: string, number: number): ComponentInput {
  const id = idOf(4, at);
  const common = { id, prompt, points: 1, explanation: number % 2 ? prompt : null };
  const options = ["a", "b", "c"].map((one) => ({ id: one, text: `${prompt} ${one}` }));
  const kinds = [
    { ...common, kind: "single", options, answer: "b" },
    { ...common, kind: "multiple", options, answer: ["a", "c"] },
    { ...common, kind: "true-false", options: null, answer: false },
    { ...common, kind: "short-text", options: null, answer: ["Да & нет", "да"] },
    { ...common, kind: "numeric", options: null, answer: { value: 3.14, tolerance: 0.01 } },
  ] as const;
  // SAFETY: one of the five for each number from 1.
  const question = kinds[(number - 1) % 5] as unknown as Extract<
    ComponentInput,
    { kind: "problem" }
  >["question"];
  return { kind: "problem", id, question, quiz: QUIZ };
}

/** A course of so many units: five a module, five modules a chapter. */
export function sampleCourse(
  units: number,
  { language = "ru", paragraphs = 12 } = {},
): CourseInput {
  const { title = "Course", text = "" } = WORDS[language] ?? {};
  const count = (of: number, each: number) => Math.ceil(of / each);
  const modules = count(units, 5);
  const chapters = Array.from({ length: count(modules, 5) }, (_, chapter) => ({
    id: idOf(1, chapter),
    title: `${title} ${chapter}`,
    urlName: null,
    sections: Array.from({ length: Math.min(5, modules - chapter * 5) }, (_, within) => {
      const module = chapter * 5 + within;
      const moduleId = idOf(2, module);
      return {
        id: moduleId,
        title: `${title}: ${module}`,
        urlName: null,
        type: "article",
        dueAt: null,
        graded: module % 2 ? ("quiz" as const) : null,
        units: Array.from({ length: Math.min(5, units - module * 5) }, (_, at) => ({
          id: idOf(3, module * 5 + at),
          title,
          urlName: null,
          moduleId,
        })),
      };
    }),
  }));
  return {
    courseId: idOf(0, 1),
    orgId: ORG,
    title,
    slug: "machine-learning",
    description: `${text}\n\n${text}`,
    language,
    learningObjectives: [text],
    prerequisites: [],
    completionThreshold: 80,
    courseCode: null,
    isPublished: true,
    publishedAt: Date.UTC(2026, 0, 1),
    thumbnailKey: null,
    chapters,
    left: [],
    async *contents(): AsyncIterable<UnitContent> {
      let at = 0;
      for (const unit of chapters.flatMap((one) => one.sections.flatMap((two) => two.units))) {
        yield { unit, components: componentsAt(at, language, paragraphs) };
        at += 1;
      }
    },
  };
}

/** The files of a bundle by path, without its top folder. */
export async function unpacked(stream: ReadableStream<Uint8Array>): Promise<Map<string, string>> {
  const { unpackTar } = await import("modern-tar");
  // SAFETY: the DOM's types and the platform's differ in the buffer's kind alone.
  const tar = stream.pipeThrough(new DecompressionStream("gzip") as never);
  const entries = await unpackTar(tar as ReadableStream<Uint8Array>);
  return new Map(
    entries.map(({ header, data }) => [
      header.name.replace(/^course\//, ""),
      new TextDecoder().decode(data),
    ]),
  );
}
