import type { MadeNames } from "../../catalog/statements.ts";
import type { CourseInput } from "./course-input.ts";
import { asciiOf, type OlxElementType, UrlNames } from "./url-name.ts";

export type CourseNames = {
  /** By the ids of chapters, of modules, and of units. */
  chapters: ReadonlyMap<string, string>;
  sequentials: ReadonlyMap<string, string>;
  verticals: ReadonlyMap<string, string>;
  /** What no row keeps yet; `keepNames` of the catalogue writes it. */
  made: MadeNames;
};

/** The course's number in other systems: the one it keeps, else its slug. */
export const courseCodeOf = ({ courseCode, slug }: Pick<CourseInput, "courseCode" | "slug">) =>
  courseCode ?? (slug.slice(0, 50).replace(/-+$/, "") || "course");

/** A name for every element of the outline: those kept first, so that a new one never takes theirs. */
export function courseNames(input: CourseInput): CourseNames {
  const registry = new UrlNames();
  const modules = input.chapters.flatMap((chapter) => chapter.sections);
  const units = modules.flatMap((module) => module.units);
  const chapters = named(registry, "chapter", input.chapters);
  const sequentials = named(registry, "sequential", modules);
  // A module's own content is called as the module: one row keeps one name.
  const own = units.filter((unit) => unit.id === unit.moduleId);
  const verticals = new Map<string, string>();
  for (const { id } of own) {
    const name = sequentials.names.get(id) ?? "";
    registry.keep("vertical", name);
    verticals.set(id, name);
  }
  const others = named(
    registry,
    "vertical",
    units.filter((unit) => unit.id !== unit.moduleId),
  );
  for (const [id, name] of others.names) verticals.set(id, name);
  return {
    chapters: chapters.names,
    sequentials: sequentials.names,
    verticals,
    made: {
      ...(input.courseCode === null ? { courseCode: courseCodeOf(input) } : {}),
      chapters: chapters.made,
      modules: sequentials.made,
      sections: others.made,
    },
  };
}

type Row = { id: string; title: string; urlName: string | null };

function named(registry: UrlNames, type: OlxElementType, rows: readonly Row[]) {
  const names = new Map<string, string>();
  const made: [string, string][] = [];
  for (const { id, urlName } of rows) {
    if (urlName !== null && registry.keep(type, urlName)) names.set(id, urlName);
  }
  for (const { id, title, urlName } of rows) {
    if (names.has(id)) continue;
    const name = registry.make(type, title, id);
    names.set(id, name);
    if (urlName === null) made.push([id, name]);
  }
  return { names, made };
}

/** A file's name in `static/`: flat, ASCII, and its own. */
export function staticName(file: { id: string; name: string; contentType: string }): string {
  const dot = file.name.lastIndexOf(".");
  const stem = asciiOf(dot > 0 ? file.name.slice(0, dot) : file.name) || "file";
  const given = dot > 0 ? file.name.slice(dot + 1).toLowerCase() : "";
  const ending = /^[a-z0-9]{1,8}$/.test(given) ? given : (ENDINGS[file.contentType] ?? "bin");
  return `${stem}_${file.id.replace(/[^a-zA-Z0-9]/g, "").slice(-12)}.${ending}`;
}

const ENDINGS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/avif": "avif",
  "application/pdf": "pdf",
  "application/zip": "zip",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "audio/mpeg": "mp3",
  "text/plain": "txt",
  "text/vtt": "vtt",
  "text/csv": "csv",
};
