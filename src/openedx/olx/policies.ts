import type { BundleOptions } from "./bundle-options.ts";
import type { CourseInput } from "./course-input.ts";
import { asciiJson, element, escapeText } from "./xml.ts";

/** The grader's types, as subsections name them in `format`. */
export const FORMATS = { quiz: "Quiz", assignment: "Assignment" } as const;

const instant = (at: number | null | undefined): string | undefined =>
  at === null || at === undefined ? undefined : new Date(at).toISOString().replace(".000Z", "Z");

/** Nothing of tabs: the importer adds those that its release has. */
export const policyJson = (
  input: Pick<CourseInput, "title" | "language" | "publishedAt">,
  options: BundleOptions,
  courseImage: string | undefined,
): string =>
  asciiJson({
    [`course/${options.run}`]: {
      display_name: input.title,
      start: instant(options.startDate ?? input.publishedAt),
      enrollment_start: instant(options.enrollmentStart),
      enrollment_end: instant(options.enrollmentEnd),
      language: input.language.split("-")[0]?.toLowerCase(),
      course_image: courseImage,
      self_paced: true,
    },
  });

/** Types that subsections use and no other, each of equal weight. */
export function gradingPolicyJson(input: CourseInput): string {
  const used = new Map<"quiz" | "assignment", number>();
  for (const { graded } of input.chapters.flatMap((chapter) => chapter.sections)) {
    if (graded) used.set(graded, (used.get(graded) ?? 0) + 1);
  }
  const graders = [...used].sort().map(([kind, count]) => ({
    type: FORMATS[kind],
    short_label: FORMATS[kind].slice(0, 4),
    min_count: count,
    drop_count: 0,
    weight: 1 / used.size,
  }));
  const none = { type: "Homework", short_label: "HW", min_count: 0, drop_count: 0, weight: 1 };
  return asciiJson({
    GRADER: graders.length > 0 ? graders : [none],
    GRADE_CUTOFFS: { Pass: Math.max(0.01, input.completionThreshold / 100) },
  });
}

/** How files of `static/` are called and typed. */
export const assetsJson = (
  assets: readonly (readonly [name: string, of: { name: string; contentType: string }])[],
): string =>
  asciiJson(
    Object.fromEntries(
      assets.map(([path, { name, contentType }]) => [
        path,
        { displayname: name.replaceAll("/", "_"), contentType, locked: false },
      ]),
    ),
  );

/** What the catalogue shows of a course. */
export function overviewHtml(
  input: Pick<CourseInput, "description" | "learningObjectives" | "prerequisites">,
): string {
  const paragraphs = input.description
    .split(/\n{2,}/)
    .filter((one) => one.trim() !== "")
    .map((one) => element("p", {}, one.split("\n").map(escapeText).join("<br/>")));
  const parts = [
    ...paragraphs,
    listHtml("objectives", input.learningObjectives),
    listHtml("prerequisites", input.prerequisites),
  ].join("\n");
  return `${element("div", { class: "about" }, parts === "" ? "<p></p>" : parts)}\n`;
}

const listHtml = (name: string, items: readonly string[]): string =>
  items.length === 0
    ? ""
    : element(
        "ul",
        { class: name },
        items.map((one) => element("li", {}, escapeText(one))).join(""),
      );

export const shortDescriptionHtml = (description: string): string =>
  `${escapeText(description.split("\n")[0]?.slice(0, 150) ?? "")}\n`;
