import type { BundleOptions } from "./bundle-options.ts";
import { type Place, writeComponent } from "./component-xml.ts";
import type { CourseInput, UnitContent } from "./course-input.ts";
import type { CourseNames } from "./course-names.ts";
import type { ValidationIssue } from "./issue.ts";
import { lossesOf } from "./losses.ts";
import {
  assetsJson,
  FORMATS,
  gradingPolicyJson,
  overviewHtml,
  policyJson,
  shortDescriptionHtml,
} from "./policies.ts";
import type { Static, Statics } from "./statics.ts";
import { displayName, element } from "./xml.ts";

/** A file of the bundle, below its top folder, and the module that it stands for. */
export type Member = { path: string; moduleId?: string } & ({ text: string } | { source: Static });

type Writing = {
  input: CourseInput;
  names: CourseNames;
  options: BundleOptions;
  statics: Statics;
  note(issue: ValidationIssue): void;
};

/** Every file of a course's bundle, always in the same order: outline, units, static files, policies. */
export async function* membersOf(writing: Writing): AsyncIterable<Member> {
  const { input, options, statics } = writing;
  yield* outlineMembers(writing);
  for await (const content of input.contents()) {
    await lookUpFiles(content, statics);
    yield* unitMembers(content, writing);
  }
  const image = await courseImage(writing);
  const assets: [string, Static["file"]][] = [];
  for (const source of statics.all()) {
    assets.push([source.path.slice("static/".length), source.file]);
    yield { path: source.path, source };
  }
  yield { path: "about/overview.html", text: overviewHtml(input) };
  yield { path: "about/short_description.html", text: shortDescriptionHtml(input.description) };
  yield { path: "policies/assets.json", text: assetsJson(assets) };
  const policies = `policies/${options.run}`;
  yield { path: `${policies}/grading_policy.json`, text: gradingPolicyJson(input) };
  yield { path: `${policies}/policy.json`, text: policyJson(input, options, image) };
}

const pointers = (tag: string, names: readonly (string | undefined)[]): string =>
  names.map((name) => `\n  ${element(tag, { url_name: name })}`).join("");

export function* courseMembers(
  { org, code, run }: BundleOptions,
  chapters: readonly (string | undefined)[],
): Iterable<Member> {
  const root = element("course", { url_name: run, org, course: code });
  yield { path: "course.xml", text: `${root}\n` };
  const inner = `${pointers("chapter", chapters)}\n`;
  yield { path: `course/${run}.xml`, text: `${element("course", {}, inner)}\n` };
}

function* outlineMembers({ input, names, options }: Writing): Iterable<Member> {
  const { chapters, sequentials, verticals } = names;
  yield* courseMembers(
    options,
    input.chapters.map((one) => chapters.get(one.id)),
  );
  for (const chapter of input.chapters) {
    const within = chapter.sections.map((one) => sequentials.get(one.id));
    const xml = element(
      "chapter",
      { display_name: displayName(chapter.title) },
      `${pointers("sequential", within)}\n`,
    );
    yield { path: `chapter/${chapters.get(chapter.id)}.xml`, text: `${xml}\n` };
  }
  for (const module of input.chapters.flatMap((chapter) => chapter.sections)) {
    const within = module.units.map((one) => verticals.get(one.id));
    const attributes = {
      display_name: displayName(module.title),
      format: module.graded && FORMATS[module.graded],
      graded: module.graded ? true : null,
      due: module.dueAt === null ? null : new Date(module.dueAt).toISOString(),
    };
    const xml = element("sequential", attributes, `${pointers("vertical", within)}\n`);
    const path = `sequential/${sequentials.get(module.id)}.xml`;
    yield { path, text: `${xml}\n`, moduleId: module.id };
  }
}

async function lookUpFiles({ components }: UnitContent, statics: Statics): Promise<void> {
  for (const one of components) {
    if (one.kind === "html" && one.html.includes("/files/")) await statics.lookUp(one.html);
  }
}

function* unitMembers({ unit, components }: UnitContent, writing: Writing): Iterable<Member> {
  const { input, names, options, statics } = writing;
  const urlName = names.verticals.get(unit.id) ?? "";
  const path = `vertical/${urlName}.xml`;
  const { moduleId } = unit;
  const note = (issue: Omit<ValidationIssue, "moduleId">) => writing.note({ ...issue, moduleId });
  const place: Place = {
    title: unit.title,
    urlName,
    language: input.language,
    openassessment: options.openassessment !== false,
    statics,
    note,
  };
  let inner = "";
  const counts = new Map<string, number>();
  for (const component of components) {
    const number = (counts.get(component.kind) ?? 0) + 1;
    counts.set(component.kind, number);
    const written = writeComponent(component, place, number);
    if (written.inline !== "") inner += `\n  ${written.inline}`;
    for (const file of written.files) yield { ...file, moduleId };
  }
  for (const message of lossesOf(components)) {
    note({ path, message, severity: "warning", code: "NOT_EXPRESSIBLE" });
  }
  if (inner === "") {
    note({ path, message: "The unit is empty", severity: "warning", code: "EMPTY_UNIT" });
  }
  const xml = element("vertical", { display_name: displayName(unit.title) }, `${inner}\n`);
  yield { path, text: `${xml}\n`, moduleId };
}

async function courseImage({ input, statics, note }: Writing): Promise<string | undefined> {
  const key = input.thumbnailKey;
  if (key === null) return undefined;
  await statics.lookUp(`/files/${key}`);
  const file = statics.named(`/files/${key}`);
  if (file) return statics.add(file);
  const message = "The thumbnail is gone";
  note({ path: "thumbnail", message, severity: "warning", code: "REFERENCED_FILE_EXISTS" });
  return undefined;
}
