import type { Archive } from "./archive.ts";
import type { ValidationIssue } from "./issue.ts";
import type { XmlNode } from "./xml-tree.ts";

/** A bundle while it is read: its texts, and what is to be told of it. */
export type Reading = {
  text(path: string): string | undefined;
  has(path: string): boolean;
  note(path: string, message: string, code?: string): void;
  /** Lists the attributes of an element that nothing of ours stands for. */
  noteRest(node: XmlNode, path: string): void;
  /** What was noted, and the texts that nothing led to. */
  finish(): ValidationIssue[];
};

const ISSUES_MAX = 1_000;

/** What is taken over, or says of its file no more than the file itself. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  course: ["url_name", "org", "course", "display_name", "slug"],
  chapter: ["url_name", "display_name"],
  sequential: ["url_name", "display_name", "due", "graded", "format"],
  vertical: ["url_name", "display_name"],
  html: ["url_name", "display_name", "filename", "editor"],
  video: [
    ...["url_name", "display_name", "youtube", "youtube_id_1_0", "html5_sources"],
    "download_video",
  ],
  problem: ["url_name", "display_name", "max_attempts", "weight"],
  openassessment: [
    ...["url_name", "display_name", "submission_due", "text_response", "text_response_editor"],
    ...["file_upload_response", "file_upload_type", "prompts_type"],
  ],
};

/** Values that Lyceum has as well, though it gives them no name. */
const ALWAYS_SO = new Set(["showanswer=finished", "rerandomize=never"]);

/** Files that repeat what others say. */
const TOLD_ELSEWHERE = new Set([
  "about/overview.html",
  "about/short_description.html",
  "policies/assets.json",
]);

export function readingOf({ texts, others }: Archive): Reading {
  const issues: ValidationIssue[] = [];
  const read = new Set<string>();
  const decoder = new TextDecoder();
  let untold = 0;
  const note = (path: string, message: string, code = "NOT_MAPPED") => {
    if (issues.length < ISSUES_MAX) issues.push({ path, message, severity: "warning", code });
    else untold += 1;
  };
  return {
    text: (path) => {
      read.add(path);
      const bytes = texts.get(path);
      return bytes && decoder.decode(bytes);
    },
    has: (path) => others.has(path) || texts.has(path),
    note,
    noteRest: ({ name, attributes }, path) => {
      const rest = Object.entries(attributes).flatMap(([key, value]) =>
        TAKEN[name]?.includes(key) || value === "" || ALWAYS_SO.has(`${key}=${value}`) ? [] : key,
      );
      if (rest.length > 0) note(path, `Left out of it: ${rest.join(", ").slice(0, 500)}`);
    },
    finish: () => {
      for (const path of [...texts.keys()].sort()) {
        if (read.has(path) || TOLD_ELSEWHERE.has(path)) continue;
        note(path, "Nothing leads to this file: it was left out", "NO_ORPHAN_FILES");
      }
      if (untold === 0) return issues;
      const message = `${untold} more are not listed`;
      return [...issues, { path: "", message, severity: "warning", code: "NOT_MAPPED" }];
    },
  };
}
