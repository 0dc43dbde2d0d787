import { HTML_LENGTH_MAX } from "../../kernel/html.ts";
import type { Archive } from "./archive.ts";
import { POINTED } from "./check.ts";
import type {
  Content,
  ImportedAssignment,
  ImportedChapter,
  ImportedCourse,
  ImportedModule,
  ImportedSection,
} from "./imported.ts";
import type { ValidationIssue } from "./issue.ts";
import { assignmentOf, questionOf } from "./read-problem.ts";
import { titleOf } from "./xml.ts";
import { descendants, elementsOf, type XmlNode, xmlTree } from "./xml-tree.ts";

const MODULES_MAX = 500;
const CHAPTERS_MAX = 200;
const SECTIONS_MAX = 100;
const QUESTIONS_MAX = 500;

type Reading = {
  text(path: string): string | undefined;
  has(path: string): boolean;
  note(path: string, message: string, code?: string): void;
};

/** A bundle as a course of ours, with a list of what it could not become; undefined without a course.xml. */
export function readOlx({ texts, others }: Archive): ImportedCourse | undefined {
  const issues: ValidationIssue[] = [];
  const decoder = new TextDecoder();
  const reading: Reading = {
    text: (path) => {
      const bytes = texts.get(path);
      return bytes && decoder.decode(bytes);
    },
    has: (path) => others.has(path) || texts.has(path),
    note: (path, message, code = "NOT_MAPPED") => {
      if (issues.length < 1_000) issues.push({ path, message, severity: "warning", code });
    },
  };
  const pointer = xmlTree(reading.text("course.xml") ?? "");
  if (pointer?.name !== "course") return undefined;
  const run = pointer.attributes.url_name ?? "";
  const course = resolved(pointer, "course", reading) ?? pointer;
  const policy = policyOf(run, reading);
  const chapters = blocksOf(course, "chapter", `course/${run}.xml`, reading)
    .map((one) => chapterOf(one, reading))
    .filter((one) => one.modules.length > 0);
  return {
    title: titleIn(
      policy.display_name ?? course.attributes.display_name,
      "Course",
      reading,
      "course.xml",
    ),
    description: plainHtml(reading.text("about/overview.html")).slice(0, 10_000),
    language: /^[a-z]{2}$/i.test(policy.language ?? "") ? (policy.language ?? "en") : "en",
    code: pointer.attributes.course ?? null,
    completionThreshold: thresholdOf(run, reading),
    image: policy.course_image ?? null,
    chapters: withinLimits(chapters, reading),
    issues,
  };
}

type Policy = { display_name?: string; language?: string; course_image?: string };

function policyOf(run: string, { text, note }: Reading): Policy {
  const path = `policies/${run}/policy.json`;
  const policy = jsonOf(text(path));
  const of = (policy as Record<string, unknown> | undefined)?.[`course/${run}`];
  if (policy === undefined && text(path) !== undefined) note(path, "It is not valid JSON");
  if (typeof of !== "object" || of === null) return {};
  const told = Object.entries(of).filter(
    (one): one is [string, string] => typeof one[1] === "string",
  );
  return Object.fromEntries(told);
}

function thresholdOf(run: string, { text }: Reading): number {
  const policy = jsonOf(text(`policies/${run}/grading_policy.json`)) as
    | { GRADE_CUTOFFS?: Record<string, unknown> }
    | undefined;
  const least = Math.min(
    ...Object.values(policy?.GRADE_CUTOFFS ?? {}).filter((one) => typeof one === "number"),
  );
  return Number.isFinite(least) ? Math.min(100, Math.max(1, Math.round(least * 100))) : 80;
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A pointer's file; what stands in line is itself. */
function resolved(node: XmlNode, tag: string, { text, note }: Reading): XmlNode | undefined {
  const name = node.attributes.url_name;
  const path = `${tag}/${(name ?? "").replaceAll(":", "/")}.xml`;
  const own = name === undefined || node.children.length > 0 ? undefined : text(path);
  if (own === undefined) return node;
  const tree = xmlTree(own);
  if (tree) return { ...tree, attributes: { ...tree.attributes, url_name: name ?? "" } };
  note(path, "It is not well-formed XML");
  return undefined;
}

function blocksOf(parent: XmlNode, tag: string, path: string, reading: Reading): XmlNode[] {
  return elementsOf(parent).flatMap((one) => {
    if (one.name === tag) return resolved(one, tag, reading) ?? [];
    if (one.name !== "wiki") {
      reading.note(path, `A ${one.name} stands where a ${tag} is expected`, "UNKNOWN_BLOCK");
    }
    return [];
  });
}

const nameOf = ({ attributes }: XmlNode): string | null => attributes.url_name ?? null;
const placeOf = (node: XmlNode): string => `${node.name}/${nameOf(node) ?? ""}.xml`;

function titleIn(
  displayed: string | undefined,
  otherwise: string,
  { note }: Reading,
  path: string,
): string {
  const title = titleOf(displayed ?? "")
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  if (title.length > 200) note(path, "The title was cut to 200 characters");
  return title.slice(0, 200).trim() || otherwise;
}

function chapterOf(node: XmlNode, reading: Reading): ImportedChapter {
  const title = titleIn(node.attributes.display_name, "Chapter", reading, placeOf(node));
  const modules = blocksOf(node, "sequential", placeOf(node), reading).flatMap((one) =>
    moduleOf(one, reading),
  );
  return { title, urlName: nameOf(node), modules };
}

function moduleOf(node: XmlNode, reading: Reading): ImportedModule[] {
  const title = titleIn(node.attributes.display_name, "Module", reading, placeOf(node));
  const verticals = blocksOf(node, "vertical", placeOf(node), reading);
  const units = verticals.map((one) => unitOf(one, reading));
  const common = { title, urlName: nameOf(node) };
  const [only] = units;
  const isOwn = nameOf(verticals[0] ?? node) === nameOf(node);
  if (only && units.length === 1) {
    const flat = flattened(only, isOwn);
    if (flat) return [{ ...common, ...flat }];
  }
  const sections = units.flatMap((one) => one.sections);
  const assignments = units.flatMap((one) => one.assignments);
  if (sections.length === 0 && assignments.length === 0) {
    reading.note(placeOf(node), "Nothing of it could be taken over: it was left out");
    return [];
  }
  const inParts = Array.from({ length: Math.max(1, Math.ceil(sections.length / SECTIONS_MAX)) });
  return inParts.map((_, at) => ({
    title: at === 0 ? title : `${title.slice(0, 190)} (${at + 1})`,
    urlName: at === 0 ? nameOf(node) : null,
    type: "article" as const,
    content: null,
    questions: [],
    assignments: at === 0 ? assignments : [],
    sections: sections.slice(at * SECTIONS_MAX, (at + 1) * SECTIONS_MAX),
  }));
}

type Unit = { sections: ImportedSection[]; assignments: ImportedAssignment[] };
type Flat = Omit<ImportedModule, "title" | "urlName">;

/** A module of one unit with one thing in it has that as its own content. */
function flattened({ sections, assignments }: Unit, isOwn: boolean): Flat | undefined {
  const [section] = sections;
  const none = { questions: [], sections: [] };
  if (!section) {
    return assignments.length === 0
      ? undefined
      : { ...none, type: "assignment", content: {}, assignments };
  }
  if (sections.length > 1 || section.resources.length > 0) return undefined;
  const { type, content, questions } = section;
  const download = isOwn ? downloadIn(content) : undefined;
  if (download !== undefined) {
    return { ...none, type: "download", content: { static: download }, assignments };
  }
  return {
    type: type === "text" ? "article" : type,
    content,
    questions,
    assignments,
    sections: [],
  };
}

const downloadIn = ({ html }: Content): string | undefined =>
  typeof html === "string"
    ? /^<p class="download"><a href="\/static\/([\w.-]+)">[^<]*<\/a><\/p>\s*$/.exec(html)?.[1]
    : undefined;

function unitOf(vertical: XmlNode, reading: Reading): Unit {
  const title = titleIn(vertical.attributes.display_name, "Unit", reading, placeOf(vertical));
  const unit: Unit = { sections: [], assignments: [] };
  let quiz: ImportedSection | undefined;
  for (const pointed of elementsOf(vertical)) {
    const node = POINTED.has(pointed.name) ? resolved(pointed, pointed.name, reading) : pointed;
    if (!node) continue;
    const name = titleIn(node.attributes.display_name, title, reading, placeOf(node));
    if (node.name !== "problem") quiz = undefined;
    switch (node.name) {
      case "html": {
        addHtml(node, name, unit, reading);
        break;
      }
      case "video": {
        const content = videoOf(node, reading);
        if (content) unit.sections.push(sectionOf(name, "video", content));
        break;
      }
      case "problem": {
        const question = questionOf(node);
        if (typeof question === "string") {
          reading.note(placeOf(node), question);
          break;
        }
        if (!quiz || quiz.questions.length === QUESTIONS_MAX) {
          quiz = sectionOf(title, "quiz", quizOf(node));
          unit.sections.push(quiz);
        }
        quiz.questions.push(question);
        break;
      }
      case "openassessment": {
        const assignment = assignmentOf(node, name);
        if (typeof assignment === "string") reading.note(placeOf(node), assignment);
        else unit.assignments.push(assignment);
        break;
      }
      default:
        reading.note(
          placeOf(vertical),
          `Lyceum has no ${node.name}: it was left out`,
          "UNKNOWN_BLOCK",
        );
    }
  }
  return { ...unit, sections: named(unit.sections, title, nameOf(vertical)) };
}

/** The first part of a unit carries its name and title. */
const named = (
  sections: ImportedSection[],
  title: string,
  urlName: string | null,
): ImportedSection[] =>
  sections.map((one, at) => ({
    ...one,
    title: sections.length === 1 ? title : one.title,
    urlName: at === 0 ? urlName : null,
  }));

const sectionOf = (
  title: string,
  type: ImportedSection["type"],
  content: Content,
): ImportedSection => ({ title, urlName: null, type, content, questions: [], resources: [] });

const quizOf = ({ attributes }: XmlNode): Content => {
  const most = Number(attributes.max_attempts);
  return { passingScore: 60, ...(Number.isInteger(most) && most > 0 ? { maxAttempts: most } : {}) };
};

function addHtml(node: XmlNode, title: string, unit: Unit, reading: Reading): void {
  const path = `html/${node.attributes.filename ?? nameOf(node) ?? ""}.html`;
  const html = (reading.text(path) ?? inlineHtml(node)).trim();
  const resources = resourcesIn(html);
  const last = unit.sections.at(-1);
  if (resources && last) {
    last.resources.push(...resources);
    return;
  }
  if (html.length > HTML_LENGTH_MAX) {
    reading.note(path, `Over ${HTML_LENGTH_MAX} characters: it was left out`);
    return;
  }
  unit.sections.push(sectionOf(title, "text", { html }));
}

/** What HTML stands in the element itself, as older bundles have it. */
const inlineHtml = (node: XmlNode): string =>
  node.children
    .map((one) =>
      typeof one === "string"
        ? one
        : `<${one.name}${Object.entries(one.attributes)
            .map(([name, value]) => ` ${name}="${value.replaceAll('"', "&quot;")}"`)
            .join("")}>${inlineHtml(one)}</${one.name}>`,
    )
    .join("");

/** A list of links that a bundle of ours adds to a unit. */
function resourcesIn(html: string): ImportedSection["resources"] | undefined {
  if (!html.startsWith('<ul class="resources">')) return undefined;
  const list = xmlTree(html);
  if (!list) return undefined;
  return [...descendants(list)].flatMap((one) => {
    const url = one.attributes.href ?? "";
    if (one.name !== "a") return [];
    const title = one.children
      .filter((each) => typeof each === "string")
      .join("")
      .slice(0, 200);
    return [
      url.startsWith("/static/") ? { title, static: url.slice("/static/".length) } : { title, url },
    ];
  });
}

const YOUTUBE = /^[\w-]{11}$/;

function videoOf(node: XmlNode, reading: Reading): Content | undefined {
  const { attributes } = node;
  const youtube =
    attributes.youtube_id_1_0 || (attributes.youtube ?? "").split(":").at(-1)?.trim() || "";
  const sources = [
    ...elementsOf(node).flatMap((one) => (one.name === "source" ? (one.attributes.src ?? []) : [])),
    ...sourcesIn(attributes.html5_sources),
  ];
  const source = sources.find((one) => one.startsWith("/static/") || one.startsWith("https://"));
  const transcripts = elementsOf(node).flatMap((one) => {
    const { language, src } = one.attributes;
    if (one.name !== "transcript" || !language || !src) return [];
    if (reading.has(`static/${src}`)) return [{ language: language.slice(0, 35), static: src }];
    reading.note(placeOf(node), `The transcript ${src} is not in the bundle`);
    return [];
  });
  const common = { durationSec: 1, ...(transcripts.length > 0 ? { transcripts } : {}) };
  reading.note(
    placeOf(node),
    "OLX tells no length of a video: it was set to 1 s",
    "VIDEO_DURATION",
  );
  if (YOUTUBE.test(youtube)) return { youtubeId: youtube, ...common };
  if (source?.startsWith("/static/")) return { static: source.slice("/static/".length), ...common };
  if (source && source.length <= 2_000) return { url: source, ...common };
  reading.note(placeOf(node), "The video has no source that Lyceum plays: it was left out");
  return undefined;
}

const sourcesIn = (json: string | undefined): string[] => {
  const value = jsonOf(json);
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
};

function withinLimits(chapters: ImportedChapter[], { note }: Reading): ImportedChapter[] {
  let modules = 0;
  const kept = chapters.slice(0, CHAPTERS_MAX).flatMap((chapter) => {
    const within = chapter.modules.slice(0, Math.max(0, MODULES_MAX - modules));
    modules += within.length;
    return within.length > 0 ? [{ ...chapter, modules: within }] : [];
  });
  const all = chapters.reduce((sum, one) => sum + one.modules.length, 0);
  if (all > modules || chapters.length > kept.length) {
    note(
      "course.xml",
      `A course has at most ${CHAPTERS_MAX} chapters and ${MODULES_MAX} modules: the rest was left out`,
    );
  }
  return kept;
}

const plainHtml = (html: string | undefined): string =>
  (html ?? "")
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<\/p>\s*/gi, "\n\n")
    .replace(/<\/li>\s*/gi, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&")
    .trim();
