import { beforeAll, expect, it } from "vitest";
import {
  contentChanged,
  contentFor,
  filesNamed,
  moduleContent,
  sectionContent,
} from "../../src/catalog/content.ts";
import { sanitizer } from "../../src/kernel/html.ts";

beforeAll(() => sanitizer.load());

it.each([
  ["article", { html: "<p>x</p>" }],
  ["video", { youtubeId: "dQw4w9WgXcQ", durationSec: 60 }],
  ["video", { url: "https://v.example/a.mp4", durationSec: 60 }],
  ["video", { fileId: "f", durationSec: 60, transcripts: [{ language: "ru", fileId: "t" }] }],
  ["quiz", { passingScore: 70, timeLimitSec: 600, maxAttempts: 3, draw: 10, shuffle: true }],
  ["assignment", {}],
  ["live-session", { sessionId: "s" }],
  ["download", { fileId: "f" }],
])("takes what a module of type %s holds: %o", (type, content) => {
  expect(contentFor(moduleContent, type, content)).toEqual({ content });
});

it.each([
  ["article", {}, "content.html"],
  ["article", { html: "x", extra: 1 }, "content.extra"],
  ["video", { youtubeId: "short", durationSec: 60 }, "content.youtubeId"],
  ["video", { fileId: "f", durationSec: 0 }, "content.durationSec"],
  ["video", { fileId: "f", durationSec: 1.5 }, "content.durationSec"],
  [
    "video",
    { fileId: "f", durationSec: 1, transcripts: [{ language: "ru" }] },
    "content.transcripts.0.fileId",
  ],
  ["quiz", { passingScore: 70, questions: [{ kind: "single" }] }, "content.questions.0.prompt"],
  ["download", {}, "content.fileId"],
])("refuses in a module of type %s: %o", (type, content, path) => {
  const checked = contentFor(moduleContent, type, content);
  expect("faults" in checked && checked.faults.map((one) => one.path)).toContain(path);
});

it("takes no content for none yet", () => {
  expect(contentFor(sectionContent, "text", undefined)).toEqual({ content: null });
  expect(contentFor(sectionContent, "text", null)).toEqual({ content: null });
});

it("finds the files that a content names, whatever else it holds", () => {
  const transcripts = [{ language: "ru", fileId: "t" }, { fileId: 7 }, null];
  expect(filesNamed({ fileId: "f", transcripts })).toEqual(["f", "t"]);
  expect(filesNamed({ fileId: 3, transcripts: "none" })).toEqual([]);
  expect(filesNamed(null)).toEqual([]);
});

it("never keeps content of another type than the row's", () => {
  const row = { type: "article", content: { html: "<p>x</p>" } };
  expect(contentChanged(moduleContent, row, {})).toEqual({ content: row.content });
  expect(contentChanged(moduleContent, row, { type: "quiz" })).toMatchObject({
    refused: "VALIDATION_FAILED",
  });
  expect(contentChanged(moduleContent, row, { type: "quiz", content: null })).toEqual({
    content: null,
  });
});
