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
import { FORMATS } from "./policies.ts";
import { assignmentOf, questionOf } from "./read-problem.ts";
import { type Reading, readingOf } from "./reading.ts";
import { titleOf } from "./xml.ts";
import { descendants, elementsOf, plain, type XmlNode, xmlTree } from "./xml-tree.ts";

const MODULES_MAX = 500;
const CHAPTERS_MAX = 200;
const SECTIONS_MAX = 100;
const QUESTIONS_MAX = 500;

/** A bundle as a course of ours, with a list of what it could not become; undefined without a course.xml. */
export function readOlx(archive: Archive): ImportedCourse | undefined {
  const reading = readingOf(archive);
  const pointer = xmlTree(reading.text("course.xml") ?? "");
  if (pointer?.name !== "course") return undefined;
  const run = pointer.attributes.url_name ?? "";
  const course = resolved(pointer, "course", reading) ?? pointer;
  const policy = policyOf(run, reading);
  reading.noteRest(course, `course/${run}.xml`);
  const chapters = blocksOf(course, "chapter", `course/${run}.xml`, reading).flatMap((one) => {
    const chapter = chapterOf(one, reading);
    if (chapter.modules.length > 0) return chapter;
    reading.note(placeOf(one), "There is nothing in it: it was left out");
    return [];
  });
  const within = withinLimits(chapters, reading);
  const completionThreshold = thresholdOf(run, reading);
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
    completionThreshold,
    chapters: within,
    fileNames: fileNamesOf(reading),
    issues: reading.finish(),
  };
}

type Policy = { display_name?: string; language?: string };
const POLICY_TAKEN = ["display_name", "language", "self_paced", "course_image"];

function policyOf(run: string, { text, note }: Reading): Policy {
  const path = `policies/${run}/policy.json`;
  const policy = jsonOf(text(path));
  const of = (policy as Record<string, unknown> | undefined)?.[`course/${run}`];
  if (policy === undefined && text(path) !== undefined) note(path, "It is not valid JSON");
  if (typeof of !== "object" || of === null) return {};
  const rest = Object.keys(of).filter((key) => !POLICY_TAKEN.includes(key));
  if (rest.length > 0) note(path, `Left out of it: ${rest.join(", ").slice(0, 500)}`);
  if ("course_image" in of) {
    note(path, `The course's image ${String(of.course_image).slice(0, 200)} was left out`);
  }
  const told = Object.entries(of).filter(
    (one): one is [string, string] => typeof one[1] === "string",
  );
  return Object.fromEntries(told);
}

/** The least grade that passes; grading by types is told of, since modules of ours weigh the same. */
function thresholdOf(run: string, { text, note }: Reading): number {
  const path = `policies/${run}/grading_policy.json`;
  const policy = jsonOf(text(path)) as
    | { GRADE_CUTOFFS?: Record<string, unknown>; GRADER?: unknown }
    | undefined;
  const cutoffs = Object.values(policy?.GRADE_CUTOFFS ?? {}).filter(
    (one) => typeof one === "number",
  );
  const least = Math.min(...cutoffs);
  if (cutoffs.length > 1) note(path, "Of its grades, the least that passes was taken over");
  const graders: { drop_count?: number; weight?: number }[] = Array.isArray(policy?.GRADER)
    ? policy.GRADER
    : [];
  const weights = new Set(graders.map((one) => one?.weight));
  if (weights.size > 1 || graders.some((one) => one?.drop_count)) {
    note(path, "Weights and dropped grades of its types were left out");
  }
  return Number.isFinite(least) ? Math.min(100, Math.max(1, Math.round(least * 100))) : 80;
}

/** What files of `static/` were called before their names were made ASCII. */
function fileNamesOf({ text }: Reading): Map<string, string> {
  const assets = jsonOf(text("policies/assets.json"));
  return new Map(
    Object.entries(typeof assets === "object" && assets !== null ? assets : {}).flatMap(
      ([name, of]: [string, { displayname?: unknown } | null]) =>
        typeof of?.displayname === "string" ? [[name, of.displayname] as const] : [],
    ),
  );
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
  const { url_name: name, ...others } = node.attributes;
  if (name === undefined || node.children.length > 0) return node;
  const path = `${tag}/${name.replaceAll(":", "/")}.xml`;
  const own = text(path);
  if (own === undefined) {
    if (tag === "course" || Object.keys(others).length > 0) return node;
    note(path, "The file is not in the bundle: what it holds was left out", MISSING);
    return undefined;
  }
  const tree = xmlTree(own);
  if (tree) return { ...tree, attributes: { ...tree.attributes, url_name: name } };
  note(path, "It is not well-formed XML: it was left out");
  return undefined;
}

const MISSING = "REFERENCED_FILE_EXISTS";

function blocksOf(parent: XmlNode, tag: string, path: string, reading: Reading): XmlNode[] {
  return elementsOf(parent).flatMap((one) => {
    if (one.name === tag) {
      const block = resolved(one, tag, reading);
      if (block) reading.noteRest(block, placeOf(block));
      return block ?? [];
    }
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
  noteGrading(node, units, reading);
  const isOwn = nameOf(verticals[0] ?? node) === nameOf(node);
  if (only && units.length === 1 && isOwn) {
    const flat = flattened(only, reading);
    if (flat) return [{ ...common, ...flat }];
  }
  const sections = units.flatMap((one) => one.sections);
  const assignments = units.flatMap((one) => one.assignments);
  if (sections.length === 0 && assignments.length === 0) {
    reading.note(placeOf(node), "Nothing of it could be taken over: it was left out");
    return [];
  }
  if (sections.length > SECTIONS_MAX) {
    const message = `A module has at most ${SECTIONS_MAX} sections: it became several`;
    reading.note(placeOf(node), message);
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

/** A module of ours is graded and due as what is in it. */
function noteGrading({ attributes, ...node }: XmlNode, units: Unit[], { note }: Reading): void {
  const { due, format } = attributes;
  const path = placeOf({ attributes, ...node });
  const dues = units.flatMap((unit) => unit.assignments.map((one) => one.dueAt));
  if (due && !dues.includes(Date.parse(due))) note(path, `Its due date ${due} was left out`);
  const isKnown = Object.values<string>(FORMATS).includes(format ?? "");
  if (format && !isKnown) note(path, `Its grading as ${format.slice(0, 100)} was left out`);
}

type Unit = { sections: ImportedSection[]; assignments: ImportedAssignment[] };
type Flat = Omit<ImportedModule, "title" | "urlName">;

/** A module whose one unit has its name, and one thing in it, has that as its own content. */
function flattened({ sections, assignments }: Unit, { has }: Reading): Flat | undefined {
  const [section] = sections;
  const none = { questions: [], sections: [] };
  if (!section) {
    return assignments.length === 0
      ? undefined
      : { ...none, type: "assignment", content: {}, assignments };
  }
  if (sections.length > 1 || section.resources.length > 0) return undefined;
  const { type, content, questions } = section;
  const download = downloadIn(content);
  if (download !== undefined && has(`static/${download}`)) {
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
    reading.noteRest(node, placeOf(node));
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
        noteProblem(node, { title, name, quiz }, reading);
        if (!quiz || quiz.questions.length === QUESTIONS_MAX) {
          quiz = sectionOf(title, "quiz", quizOf(node));
          unit.sections.push(quiz);
          reading.note(placeOf(vertical), PASS_MARK_SET, "PASS_MARK");
        }
        quiz.questions.push(question);
        break;
      }
      case "openassessment": {
        const assignment = assignmentOf(node, name);
        if (typeof assignment === "string") {
          reading.note(placeOf(node), assignment);
          break;
        }
        unit.assignments.push(assignment);
        reading.note(placeOf(node), ASSIGNMENT_MARK_SET, "PASS_MARK");
        if (hasWords(node)) {
          reading.note(placeOf(node), "Words of its rubric's levels and of feedback were left out");
        }
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
  const [only] = unit.sections;
  if (!only && unit.assignments.length === 0) {
    reading.note(placeOf(vertical), "Nothing of it could be taken over: it was left out");
  }
  if (only && unit.sections.length === 1 && only.title !== title) {
    const message = `The title ${JSON.stringify(only.title)} was left out: the unit's stands`;
    reading.note(placeOf(vertical), message);
  }
  return { ...unit, sections: named(unit.sections, title, nameOf(vertical)) };
}

const PASSING_PCT = 60;
const PASS_MARK_SET = `OLX tells no pass mark of a quiz: it was set to ${PASSING_PCT} %`;
const ASSIGNMENT_MARK_SET = "OLX tells no pass mark of an assignment: it was set to half";

/** A quiz of ours has one title and one number of attempts, and its questions have none. */
function noteProblem(
  node: XmlNode,
  { title, name, quiz }: { title: string; name: string; quiz: ImportedSection | undefined },
  { note }: Reading,
): void {
  if (name.replace(/ \(\d+\)$/, "") !== title) {
    note(placeOf(node), `The question's title ${JSON.stringify(name)} was left out`);
  }
  if (quiz && quiz.content.maxAttempts !== quizOf(node).maxAttempts) {
    note(placeOf(node), "Its own number of attempts was left out: the quiz's first one stands");
  }
  const names = new Set([...descendants(node)].map((one) => one.name));
  if ([...names].some((one) => /hint$|^compoundhint/.test(one))) {
    note(placeOf(node), "Its hints were left out");
  }
  const isPartial = [...descendants(node)].some((one) => one.attributes.partial_credit);
  if (isPartial) note(placeOf(node), "Its partial credit was left out");
}

/** Levels of ours are their points alone. */
const hasWords = (block: XmlNode): boolean =>
  [...descendants(block)].some(({ name, attributes, children }) => {
    if (name === "option") {
      return children.some(
        (one) => typeof one !== "string" && !["", attributes.points].includes(plain(one)),
      );
    }
    return /^feedback/.test(name) && children.length > 0;
  });

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
  return {
    passingScore: PASSING_PCT,
    ...(Number.isInteger(most) && most > 0 ? { maxAttempts: most } : {}),
  };
};

function addHtml(node: XmlNode, title: string, unit: Unit, reading: Reading): void {
  const path = `html/${node.attributes.filename ?? nameOf(node) ?? ""}.html`;
  const own = reading.text(path);
  if (own === undefined && node.attributes.filename !== undefined) {
    reading.note(path, "The file is not in the bundle: what it holds was left out", MISSING);
    return;
  }
  const html = (own ?? inlineHtml(node)).trim();
  const last = unit.sections.at(-1);
  const resources = last && resourcesIn(html, path, reading);
  if (resources) {
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
function resourcesIn(
  html: string,
  path: string,
  { has, note }: Reading,
): ImportedSection["resources"] | undefined {
  if (!html.startsWith('<ul class="resources">')) return undefined;
  const list = xmlTree(html);
  if (!list) return undefined;
  return [...descendants(list)].flatMap((one): ImportedSection["resources"] => {
    const url = one.attributes.href ?? "";
    if (one.name !== "a") return [];
    const title = one.children
      .filter((each) => typeof each === "string")
      .join("")
      .slice(0, 200);
    if (!url.startsWith("/static/")) return [{ title, url }];
    if (has(url.slice(1))) return [{ title, static: url.slice("/static/".length) }];
    note(path, `${url} is not in the bundle: the link was left out`, MISSING);
    return [];
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
  const source = sources.find((one) =>
    one.startsWith("/static/") ? reading.has(one.slice(1)) : /^https:/.test(one),
  );
  const others = new Set(sources.filter((one) => one !== source || YOUTUBE.test(youtube)));
  for (const one of others) {
    reading.note(placeOf(node), `The source ${one.slice(0, 300)} was left out`);
  }
  const transcripts = elementsOf(node).flatMap((one) => {
    const { language, src } = one.attributes;
    if (one.name !== "transcript" || !language || !src) return [];
    if (reading.has(`static/${src}`)) return [{ language: language.slice(0, 35), static: src }];
    reading.note(placeOf(node), `The transcript ${src} is not in the bundle`, MISSING);
    return [];
  });
  const common = { durationSec: 1, ...(transcripts.length > 0 ? { transcripts } : {}) };
  const content = YOUTUBE.test(youtube)
    ? { youtubeId: youtube }
    : source?.startsWith("/static/")
      ? { static: source.slice("/static/".length) }
      : source && source.length <= 2_000
        ? { url: source }
        : undefined;
  if (content) {
    const message = "OLX tells no length of a video: it was set to 1 s";
    reading.note(placeOf(node), message, "VIDEO_DURATION");
    return { ...content, ...common };
  }
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
