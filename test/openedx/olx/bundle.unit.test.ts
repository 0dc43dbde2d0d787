import { expect, test } from "vitest";
import { bundleOf, type CourseBundle, emptyShell } from "../../../src/openedx/olx/bundle.ts";
import type { CourseInput } from "../../../src/openedx/olx/course-input.ts";
import { validated } from "../../../src/openedx/olx/validate.ts";
import { bucket, OPTIONS, sampleCourse, unpacked } from "./sample.ts";

async function bundled(input: CourseInput): Promise<CourseBundle> {
  const bundle = await bundleOf(input, bucket, OPTIONS);
  if (!("stream" in bundle)) throw new Error(JSON.stringify(bundle.issues.slice(0, 5)));
  return bundle;
}

test.each(["ru", "ar", "zh", "hi"])(
  "A course of 50 units in %s passes every rule",
  async (language) => {
    const bundle = await bundled(sampleCourse(50, { language }));
    const told = new Set(bundle.warnings.map(({ message }) => message));
    expect([...told]).toEqual([
      "The quiz's pass mark of 60 % is left out: each question counts by itself",
    ]);
    const files = await unpacked(bundle.stream());
    expect(files.size).toBeGreaterThan(150);
    expect(files.get("course.xml")).toBe(
      '<course url_name="self_paced" org="Lyceum" course="AI101"/>\n',
    );
    for (const path of files.keys()) expect(path).toMatch(/^[\x20-\x7e]+$/);
  },
);

test("The same course gives the same bytes, so that an unchanged one is not uploaded again", async () => {
  const one = await (await bundled(sampleCourse(50))).measured();
  const two = await (await bundled(sampleCourse(50))).measured();
  expect(one).toEqual(two);
  expect(one.size).toBeGreaterThan(1_000);
});

test("The shell that takes a course's place is empty, starts in the far future, and keeps its key", async () => {
  const { orgId, title, language } = sampleCourse(1);
  const files = await unpacked(emptyShell({ orgId, title, language }, OPTIONS).stream());
  expect([...files.keys()].sort()).toEqual([
    "about/overview.html",
    "course.xml",
    "course/self_paced.xml",
    "policies/assets.json",
    "policies/self_paced/grading_policy.json",
    "policies/self_paced/policy.json",
  ]);
  expect(files.get("course.xml")).toBe(
    '<course url_name="self_paced" org="Lyceum" course="AI101"/>\n',
  );
  expect(files.get("course/self_paced.xml")).not.toContain("chapter");
  const policy = JSON.parse(files.get("policies/self_paced/policy.json") ?? "");
  expect(policy["course/self_paced"]).toMatchObject({
    display_name: title,
    start: "2100-01-01T00:00:00Z",
  });
  const issues = await validated(emptyShell({ orgId, title, language }, OPTIONS).stream());
  expect(issues.map((one) => one.code)).toEqual(["MIN_ONE_CHAPTER"]);
});
