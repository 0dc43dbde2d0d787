import { expect, test } from "vitest";
import { BundleCheck } from "../../../src/openedx/olx/check.ts";
import { RULES } from "../../../src/openedx/olx/rules.ts";

const GOOD: Readonly<Record<string, string | Uint8Array>> = {
  "course.xml": '<course url_name="r" org="O" course="C"/>',
  "course/r.xml": '<course><chapter url_name="a"/></course>',
  "chapter/a.xml": '<chapter display_name="A"><sequential url_name="s"/></chapter>',
  "sequential/s.xml": '<sequential display_name="S"><vertical url_name="v"/></sequential>',
  "vertical/v.xml": '<vertical display_name="V"><html url_name="h"/></vertical>',
  "html/h.xml": '<html filename="h" display_name="H"/>',
  "html/h.html": '<p>H <img src="/static/x.png"/></p>',
  "static/x.png": "bytes",
  "policies/r/policy.json": '{"course/r": {}}',
  "policies/r/grading_policy.json": '{"GRADER": []}',
};

function codesOf(changes: Readonly<Record<string, string | Uint8Array | null>>): string[] {
  const check = new BundleCheck();
  for (const [path, content] of Object.entries({ ...GOOD, ...changes })) {
    if (content === null) continue;
    if (path.startsWith("static/")) check.addStatic(path);
    else check.add(path, content);
  }
  return [...new Set(check.finish().map((one) => one.code ?? ""))];
}

const vertical = (inner: string) => ({ "vertical/v.xml": `<vertical>${inner}</vertical>` });
const html = (text: string) => ({ "html/h.html": `<img src="/static/x.png"/>${text}` });

test("A whole bundle breaks no rule", () => {
  expect(codesOf({})).toEqual([]);
});

/** Every rule, by a bundle that breaks it. */
const BROKEN: [rule: keyof typeof RULES, changes: Record<string, string | Uint8Array | null>][] = [
  ["COURSE_XML_REQUIRED", { "course.xml": null }],
  ["MIN_ONE_CHAPTER", { "course/r.xml": "<course/>" }],
  ["MIN_ONE_SEQUENTIAL", { "chapter/a.xml": '<chapter display_name="A"/>' }],
  ["MIN_ONE_VERTICAL", { "sequential/s.xml": "<sequential></sequential>" }],
  ["REFERENCED_FILE_EXISTS", { "chapter/a.xml": null }],
  ["REFERENCED_FILE_EXISTS", { "static/x.png": null }],
  ["NO_ORPHAN_FILES", { "problem/lost.xml": "<problem/>" }],
  ["VALID_UTF8", { "html/h.html": new Uint8Array([0x3c, 0xff, 0xfe]) }],
  ["HTML_SIZE_LIMIT", html("a".repeat(1_000_001))],
  ["UNIT_TOO_LARGE", html("a".repeat(2_097_153))],
  ["NO_SCRIPT_TAGS", html("<script>alert(1)</script>")],
  ["ABSOLUTE_IMAGE_URLS", html('<img src="x.png"/>')],
  ["NO_LOCAL_FILE_REFS", html('<img src="file:///etc/passwd"/>')],
  ["NO_LOCAL_FILE_REFS", html("<img src='../x.png'/>")],
  ["NO_LOCAL_FILE_REFS", html('<img src="C:\\x.png"/>')],
  ["NO_LOCAL_FILE_REFS", html('<img src="./x.png"/>')],
  ["ASCII_URL_NAMES", vertical('<html url_name="раз"/>')],
  ["URL_NAME_MAX_LENGTH", vertical(`<html url_name="${"a".repeat(101)}"/>`)],
  ["URL_NAME_PATTERN", vertical('<html url_name="a%b"/>')],
  ["UNIQUE_URL_NAMES", vertical('<html url_name="h"/><html url_name="h"/>')],
  ["VALID_POLICY_JSON", { "policies/r/policy.json": "{" }],
  ["VALID_GRADING_POLICY", { "policies/r/grading_policy.json": "[]" }],
  ["WELL_FORMED_XML", vertical("<html>")],
  ["WELL_FORMED_XML", vertical("&nbsp;")],
  ["TAG_MISMATCH", { "html/h.xml": '<problem display_name="H"/>' }],
  ["POINTER_ATTRIBUTES", vertical('<html url_name="h" display_name="H"/>')],
  ["INVALID_KEY", { "course.xml": '<course url_name="r" org="O~" course="C"/>' }],
  ["ASCII_POLICY", { "policies/r/policy.json": '{"course/r": {"display_name": "Ю"}}' }],
];

test.each(BROKEN)("%s is found (%#)", (rule, changes) => {
  expect(codesOf(changes)).toContain(rule);
});

test("Every rule of the table has a bundle above that breaks it", () => {
  const shown = new Set<string>(BROKEN.map(([rule]) => rule));
  const missing = Object.keys(RULES).filter((rule) => !shown.has(rule));
  expect(missing).toEqual([]);
});
