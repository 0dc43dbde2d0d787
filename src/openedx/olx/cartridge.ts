import type { Download } from "../../kernel/query.ts";
import { type Place, writeComponent } from "./component-xml.ts";
import type { ComponentInput, CourseInput, UnitContent, UnitInput } from "./course-input.ts";
import { courseCodeOf, courseNames } from "./course-names.ts";
import { isError, type ValidationIssue } from "./issue.ts";
import { courseLossesOf, lossesOf } from "./losses.ts";
import { assessmentXml } from "./qti.ts";
import { type BundleFiles, Statics } from "./statics.ts";
import { streamOf } from "./tar.ts";
import { element, escapeAttribute, escapeText } from "./xml.ts";
import { type ZipMember, zipped } from "./zip.ts";

type Resource = { id: string; type: string; href: string; title: string };
const WEB = "webcontent";
const QUIZ = "imsqti_xmlv1p2/imscc_xmlv1p3/assessment";

export type Cartridge = Download & { warnings: ValidationIssue[] };

/**
 * A course as Common Cartridge 1.3: pages, files, and quizzes as QTI, for systems without OLX. All of it
 * is made once to be checked, then again as it is read.
 */
export async function cartridgeOf(
  input: CourseInput,
  files: BundleFiles,
): Promise<{ issues: ValidationIssue[] } | Cartridge> {
  const issues = courseLossesOf(input);
  const note = (issue: ValidationIssue) => {
    if (issues.length < ISSUES_MAX) issues.push(issue);
  };
  const statics = new Statics(files, input.orgId);
  for await (const { unit, resources } of units(input, statics, note)) {
    if (resources.length > 0) continue;
    const path = `pages/${unit.title}`;
    const { moduleId } = unit;
    note({ path, message: EMPTY, severity: "warning", code: "EMPTY_UNIT", moduleId });
  }
  if (issues.some(isError)) return { issues };
  return {
    fileName: `${courseCodeOf(input)}.imscc`.replace(/[^\w.-]/g, "_"),
    warnings: issues,
    stream: () => streamOf(zipped(members(input, files))),
  };
}

const ISSUES_MAX = 1_000;
const EMPTY = "The unit is empty";

/** The manifest stands last, when all that it lists is known; readers look it up by name. */
async function* members(input: CourseInput, files: BundleFiles): AsyncIterable<ZipMember> {
  const statics = new Statics(files, input.orgId);
  const resources = new Map<string, Resource[]>();
  for await (const { unit, resources: own } of units(input, statics, () => undefined)) {
    resources.set(
      unit.id,
      own.map((one) => one.resource),
    );
    for (const { resource, text } of own) {
      yield { path: resource.href, bytes: bytesOf(text), packed: false };
    }
  }
  const all = statics.all();
  for (const one of all) {
    const { body } = await statics.open(one);
    yield { path: one.path, bytes: body, packed: true };
  }
  const paths = all.map((one) => one.path);
  yield {
    path: "imsmanifest.xml",
    bytes: bytesOf(manifest(input, resources, paths)),
    packed: false,
  };
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

type Note = (issue: ValidationIssue) => void;
type Unit = { name: string; statics: Statics; note: Note };
type Made = { resource: Resource; text: string };

async function* units(
  input: CourseInput,
  statics: Statics,
  note: Note,
): AsyncIterable<{ unit: UnitInput; resources: Made[] }> {
  const { verticals } = courseNames(input);
  for await (const content of input.contents()) {
    for (const one of content.components) {
      if (one.kind === "html") await statics.lookUp(one.html);
    }
    const name = verticals.get(content.unit.id) ?? "";
    yield {
      unit: content.unit,
      resources: [...unitFiles(content, input, { name, statics, note })],
    };
  }
}

function* unitFiles(
  { unit, components }: UnitContent,
  { language }: CourseInput,
  { name, statics, note }: Unit,
): Iterable<Made> {
  const { moduleId } = unit;
  const tell = (issue: Omit<ValidationIssue, "moduleId">) => note({ ...issue, moduleId });
  const place: Place = {
    title: unit.title,
    urlName: name,
    language,
    openassessment: false,
    statics,
    note: tell,
  };
  const pages: string[] = [];
  for (const one of components) {
    if (one.kind !== "problem") pages.push(...pageOf(one, place));
  }
  for (const message of [...lossesOf(components), ...cartridgeLossesOf(components)]) {
    tell({ path: `pages/${name}.html`, message, severity: "warning", code: "NOT_EXPRESSIBLE" });
  }
  if (pages.length > 0) {
    const body = pages.join("\n").replaceAll('"/static/', '"../static/');
    const head = `<meta charset="utf-8"/>${element("title", {}, escapeText(unit.title))}`;
    const text = `<!DOCTYPE html>\n<html lang="${escapeAttribute(language)}"><head>${head}</head><body>${body}</body></html>\n`;
    const resource = {
      id: `page_${name}`,
      type: WEB,
      href: `pages/${name}.html`,
      title: unit.title,
    };
    yield { resource, text };
  }
  const questions = components.flatMap((one) => (one.kind === "problem" ? [one.question] : []));
  if (questions.length > 0) {
    const id = `quiz_${name}`;
    const resource = { id, type: QUIZ, href: `quizzes/${name}.xml`, title: unit.title };
    yield { resource, text: assessmentXml(id, unit.title, questions) };
  }
}

/** The HTML of a component; a video is a link, where a page can hold no player of its own. */
function pageOf(one: ComponentInput, place: Place): string[] {
  if (one.kind === "video") {
    const { youtubeId, url, file } = one;
    const href = youtubeId
      ? `https://www.youtube.com/watch?v=${youtubeId}`
      : (url ?? (file ? `/static/${place.statics.add(file)}` : ""));
    return [element("p", {}, element("a", { href }, escapeText(place.title)))];
  }
  return writeComponent(one, place, 1).files.flatMap((file) =>
    file.path.endsWith(".html") ? file.text : [],
  );
}

/** What OLX says of a unit and a cartridge does not. */
function cartridgeLossesOf(components: readonly ComponentInput[]): string[] {
  const said = new Set<string>();
  for (const one of components) {
    if (one.kind === "video" && one.transcripts.length > 0) {
      said.add("The video goes as a link, without its transcripts");
    }
    if (one.kind === "assignment") said.add("The assignment goes as its instructions alone");
    if (one.kind !== "problem") continue;
    const { question, quiz } = one;
    if (quiz.maxAttempts !== null) said.add(`The quiz's ${quiz.maxAttempts} attempts are left out`);
    if (question.points !== 1) said.add("Points are left out: each question counts the same");
    if (question.explanation !== null) said.add("Explanations of answers are left out");
    if (question.kind === "numeric" && question.answer.tolerance > 0) {
      said.add("A number has to be given exactly: its tolerance is left out");
    }
  }
  return [...said];
}

function manifest(
  input: CourseInput,
  resources: ReadonlyMap<string, Resource[]>,
  statics: readonly string[],
): string {
  const item = (id: string, title: string, inner: string, ref?: string) =>
    element(
      "item",
      { identifier: `item_${id}`, identifierref: ref },
      element("title", {}, escapeText(title)) + inner,
    );
  const items = input.chapters.map((chapter) =>
    item(
      chapter.id,
      chapter.title,
      chapter.sections
        .map((module) =>
          item(
            module.id,
            module.title,
            module.units
              .flatMap((unit) => resources.get(unit.id) ?? [])
              .map((one) => item(one.id, one.title, "", one.id))
              .join(""),
          ),
        )
        .join(""),
    ),
  );
  const file = (href: string) => element("file", { href });
  const listed = [...resources.values()]
    .flat()
    .map((one) =>
      element(
        "resource",
        { identifier: one.id, type: one.type, href: one.type === WEB ? one.href : null },
        file(one.href),
      ),
    );
  const assets = statics.map((href, at) =>
    element("resource", { identifier: `file_${at + 1}`, type: WEB, href }, file(href)),
  );
  const cc = "http://www.imsglobal.org/xsd/imsccv1p3";
  const lom = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest";
  const title = element(
    "lomimscc:general",
    {},
    element(
      "lomimscc:title",
      {},
      element("lomimscc:string", { language: input.language }, escapeText(input.title)),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    "manifest",
    {
      identifier: `course_${input.courseId}`,
      xmlns: `${cc}/imscp_v1p1`,
      "xmlns:lomimscc": lom,
    },
    [
      element(
        "metadata",
        {},
        element("schema", {}, "IMS Common Cartridge") +
          element("schemaversion", {}, "1.3.0") +
          element("lomimscc:lom", {}, title),
      ),
      element(
        "organizations",
        {},
        element(
          "organization",
          { identifier: "outline", structure: "rooted-hierarchy" },
          element("item", { identifier: "root" }, items.join("")),
        ),
      ),
      element("resources", {}, [...listed, ...assets].join("")),
    ].join("\n"),
  )}\n`;
}
