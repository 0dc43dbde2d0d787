import { expect, test } from "vitest";
import { bundleOf, type CourseBundle } from "../../../src/openedx/olx/bundle.ts";
import type { CourseInput } from "../../../src/openedx/olx/course-input.ts";
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
    expect(bundle.warnings).toEqual([]);
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
