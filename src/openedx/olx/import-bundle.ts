import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Files } from "../../kernel/ports.ts";
import type { StoredStatic } from "../olx-tasks.ts";
import { eachFile, readArchive } from "./archive.ts";
import { staticsOf } from "./import-rows.ts";
import type { ImportedCourse } from "./imported.ts";
import type { ValidationIssue } from "./issue.ts";
import { readOlx } from "./read-olx.ts";

const error = (code: string, message: string): ValidationIssue => ({
  path: "course.xml",
  message,
  severity: "error",
  code,
});

const warning = (code: string, message: string, path: string): ValidationIssue => ({
  path,
  message,
  severity: "warning",
  code,
});

export type ReadBundle = {
  course: ImportedCourse;
  top: string;
  /** Names in `static/` that the course needs and the bundle has, in an order of their own. */
  wanted: string[];
};

/** An uploaded bundle as a course to be; or why it is none. */
export async function readBundle(
  files: Pick<Files, "get">,
  key: string,
): Promise<ReadBundle | { issues: ValidationIssue[] }> {
  const stored = await files.get(key);
  if (!stored) return { issues: [error("COURSE_XML_REQUIRED", "The upload is gone")] };
  const archive = await readArchive(stored.body);
  if ("fault" in archive) return { issues: [archive.fault] };
  const course = readOlx(archive);
  if (!course) {
    return { issues: [error("COURSE_XML_REQUIRED", "There is no course.xml that can be read")] };
  }
  if (course.chapters.length === 0) {
    return { issues: [error("MIN_ONE_CHAPTER", "It has nothing to learn"), ...course.issues] };
  }
  const present = (name: string) =>
    archive.others.has(`static/${name}`) || archive.texts.has(`static/${name}`);
  const wanted: string[] = [];
  for (const name of [...staticsOf(course)].sort()) {
    if (present(name)) wanted.push(name);
    else {
      const message = "The file is not in the bundle: what shows it shows nothing";
      course.issues.push(warning("REFERENCED_FILE_EXISTS", message, `static/${name}`));
    }
  }
  const taken = new Set(wanted.map((name) => `static/${name}`));
  for (const path of [...archive.others.keys()].sort()) {
    if (taken.has(path)) continue;
    const message = "Nothing leads to this file: it was left out";
    course.issues.push(warning("NO_ORPHAN_FILES", message, path));
  }
  return { course, top: archive.top, wanted };
}

type Storing = { names: readonly string[]; top: string; keyOf(name: string): string };

/** Each file from the archive into the bucket as it is read; again, the same bytes under the same key. */
export async function storeFiles(
  files: Pick<Files, "get" | "put">,
  key: string,
  { names, top, keyOf }: Storing,
): Promise<{ stored: StoredStatic[] } | { fault: ValidationIssue }> {
  if (names.length === 0) return { stored: [] };
  const archive = await files.get(key);
  if (!archive) return { fault: error("COURSE_XML_REQUIRED", "The upload is gone") };
  const byPath = new Map(names.map((name) => [`${top}static/${name}`, name]));
  const stored: StoredStatic[] = [];
  const fault = await eachFile(
    archive.body,
    (path) => byPath.has(path),
    async ({ path, size, body }) => {
      const name = byPath.get(path) ?? "";
      byPath.delete(path);
      const hash = sha256.create();
      const hashed = body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            hash.update(chunk);
            controller.enqueue(chunk);
          },
        }),
      );
      const contentType = typeOf(name);
      await files.put(keyOf(name), { stream: hashed, size }, contentType);
      stored.push({ name, key: keyOf(name), size, contentType, sha256: bytesToHex(hash.digest()) });
    },
  );
  return fault ? { fault } : { stored };
}

const TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  pdf: "application/pdf",
  zip: "application/zip",
  mp4: "video/mp4",
  webm: "video/webm",
  mp3: "audio/mpeg",
  txt: "text/plain",
  srt: "application/x-subrip",
  vtt: "text/vtt",
  csv: "text/csv",
};

const typeOf = (name: string): string =>
  TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
