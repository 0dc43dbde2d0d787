import { packTar, type TarEntry } from "modern-tar";
import { describe, expect, test } from "vitest";
import { LIMITS, type Limits, readArchive } from "../../../src/openedx/olx/archive.ts";
import { openassessmentXml } from "../../../src/openedx/olx/assignment.ts";
import { bundleOf } from "../../../src/openedx/olx/bundle.ts";
import type { AssignmentInput } from "../../../src/openedx/olx/course-input.ts";
import { courseNames } from "../../../src/openedx/olx/course-names.ts";
import { readOlx } from "../../../src/openedx/olx/read-olx.ts";
import { assignmentOf } from "../../../src/openedx/olx/read-problem.ts";
import { xmlTree } from "../../../src/openedx/olx/xml-tree.ts";
import { bucket, OPTIONS, sampleCourse } from "./sample.ts";

async function packed(entries: TarEntry[]): Promise<ReadableStream<Uint8Array>> {
  const tar = new Blob([await packTar(entries)]).stream();
  // SAFETY: the types of the platform's streams differ in the buffer's kind alone.
  return tar.pipeThrough(new CompressionStream("gzip") as never) as ReadableStream<Uint8Array>;
}

const file = (name: string, body = "x"): TarEntry => ({
  header: { name, size: new TextEncoder().encode(body).length, type: "file" },
  body,
});

async function faultOf(entries: TarEntry[], limits: Limits = LIMITS): Promise<string | undefined> {
  const read = await readArchive(await packed(entries), limits);
  return "fault" in read ? read.fault.code : undefined;
}

describe("An archive is refused, and not unpacked,", () => {
  const link = (type: "symlink" | "link"): TarEntry => ({
    header: { name: "course/a", size: 0, type, linkname: "/etc/passwd" },
  });
  test.each<[string, TarEntry[], string]>([
    ["that climbs out of its folder", [file("course/../../etc/passwd")], "UNSAFE_ARCHIVE"],
    ["with an absolute path", [file("/etc/passwd")], "UNSAFE_ARCHIVE"],
    ["with a path of another system", [file("course\\..\\x")], "UNSAFE_ARCHIVE"],
    ["with a symbolic link", [link("symlink")], "UNSAFE_ARCHIVE"],
    ["with a hard link", [link("link")], "UNSAFE_ARCHIVE"],
    ["that is a bomb", [file("course/static/a.bin", "a".repeat(12_000_000))], "UNSAFE_ARCHIVE"],
  ])("%s", async (_, entries, code) => {
    expect(await faultOf(entries)).toBe(code);
  });

  test("with more members, texts or bytes than a limit", async () => {
    const entries = [file("course/course.xml", "<course/>"), file("course/static/a", "abc")];
    expect(await faultOf(entries, { ...LIMITS, members: 1 })).toBe("ARCHIVE_TOO_LARGE");
    expect(await faultOf(entries, { ...LIMITS, textBytes: 5 })).toBe("ARCHIVE_TOO_LARGE");
    expect(await faultOf(entries, { ...LIMITS, bytes: 100 })).toBe("ARCHIVE_TOO_LARGE");
    expect(await faultOf(entries)).toBeUndefined();
  });

  test("that is cut off, or none at all", async () => {
    const whole = new Uint8Array(await new Response(await packed([file("a.xml")])).arrayBuffer());
    const cut = new Blob([whole.subarray(0, whole.length - 20)]).stream();
    expect(await readArchive(cut)).toMatchObject({ fault: { code: "INVALID_ARCHIVE" } });
    const none = new Blob(["no gzip"]).stream();
    expect(await readArchive(none)).toMatchObject({ fault: { code: "INVALID_ARCHIVE" } });
  });
});

test("Of a foreign bundle, what Lyceum has no word for is listed", async () => {
  const archive = await readArchive(
    await packed([
      file("x/course.xml", '<course url_name="r" org="O" course="C"/>'),
      file(
        "x/course/r.xml",
        `<course display_name="Foreign"><chapter display_name="A"><sequential display_name="S">
          <vertical display_name="V"><html display_name="H"><p>a <b>b</b></p></html>
          <discussion/><lti_consumer/><problem><customresponse/></problem>
          <problem><stringresponse answer="^a$" type="regexp"><label>q</label></stringresponse></problem>
          </vertical></sequential></chapter></course>`,
      ),
    ]),
  );
  if ("fault" in archive) throw new Error(archive.fault.message);
  const course = readOlx(archive);
  expect(course).toMatchObject({
    title: "Foreign",
    chapters: [{ modules: [{ type: "article", content: { html: "<p>a <b>b</b></p>" } }] }],
  });
  expect(course?.issues.map((one) => one.message)).toEqual([
    "Lyceum has no discussion: it was left out",
    "Lyceum has no lti_consumer: it was left out",
    "Lyceum has no customresponse",
    "Its answer is a regular expression",
    'The title "H" was left out: the unit\'s stands',
  ]);
});

test("Of a bundle with gaps, no empty block is made, and each gap is listed", async () => {
  const pointed = '<html url_name="gone"/><html url_name="half"/><video url_name="none"/>';
  const inLine =
    '<video display_name="V"><source src="/static/gone.mp4"/><transcript language="ru" src="gone.srt"/></video>';
  const archive = await readArchive(
    await packed([
      file("x/course.xml", '<course url_name="r" org="O" course="C"/>'),
      file(
        "x/course/r.xml",
        `<course display_name="Gaps"><chapter display_name="A" start="2030-01-01">
          <sequential url_name="lost"/><sequential display_name="S" due="2030-01-01T00:00:00Z" format="Lab">
          <vertical display_name="V">${pointed}${inLine}<html display_name="V"><p>here</p></html></vertical>
          <vertical display_name="Bare"/></sequential></chapter><chapter display_name="B"/></course>`,
      ),
      file("x/html/half.xml", '<html filename="half" display_name="Half"/>'),
      file("x/html/orphan.html", "<p>a</p>"),
      file("x/tabs/news.html", "<p>b</p>"),
      file("x/policies/r/policy.json", '{"course/r": {"course_image": "a.png", "start": "2030"}}'),
      file(
        "x/policies/r/grading_policy.json",
        '{"GRADER": [{"type": "Lab", "drop_count": 2, "weight": 1}], "GRADE_CUTOFFS": {"A": 0.9, "B": 0.5}}',
      ),
    ]),
  );
  if ("fault" in archive) throw new Error(archive.fault.message);
  const course = readOlx(archive);
  expect(course?.completionThreshold).toBe(50);
  expect(course?.chapters.map((one) => one.modules.map((two) => two.title))).toEqual([["S"]]);
  const [module] = course?.chapters[0]?.modules ?? [];
  expect(module?.content).toBeNull();
  expect(module?.sections).toMatchObject([{ type: "text", content: { html: "<p>here</p>" } }]);
  expect(module?.sections).toHaveLength(1);
  expect(course?.issues.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    "policies/r/policy.json: Left out of it: start",
    "policies/r/policy.json: The course's image a.png was left out",
    "chapter/.xml: Left out of it: start",
    "sequential/lost.xml: The file is not in the bundle: what it holds was left out",
    "html/gone.xml: The file is not in the bundle: what it holds was left out",
    "html/half.html: The file is not in the bundle: what it holds was left out",
    "video/none.xml: The file is not in the bundle: what it holds was left out",
    "video/.xml: The source /static/gone.mp4 was left out",
    "video/.xml: The transcript gone.srt is not in the bundle",
    "video/.xml: The video has no source that Lyceum plays: it was left out",
    "vertical/.xml: Nothing of it could be taken over: it was left out",
    "sequential/.xml: Its due date 2030-01-01T00:00:00Z was left out",
    "sequential/.xml: Its grading as Lab was left out",
    "chapter/.xml: There is nothing in it: it was left out",
    "policies/r/grading_policy.json: Of its grades, the least that passes was taken over",
    "policies/r/grading_policy.json: Weights and dropped grades of its types were left out",
    "html/orphan.html: Nothing leads to this file: it was left out",
    "tabs/news.html: Nothing leads to this file: it was left out",
  ]);
});

test("An open assessment is written and read back as the assignment that it was", () => {
  const shared = {
    title: "Эссе & больше",
    instructions: "Пишите <b>.\n\nДвести слов.",
    passingScore: 50,
    dueAt: Date.UTC(2030, 0, 2),
    left: [],
  };
  const rubric = [
    { id: "a", title: "Мысль", maxScore: 40, description: "Своя" },
    { id: "b", title: "Стиль", maxScore: 60 },
  ];
  const all: AssignmentInput[] = [
    { ...shared, type: "text-response", maxScore: 100, peers: null, rubric: null },
    { ...shared, type: "file-upload", maxScore: 100, peers: null, rubric },
    { ...shared, type: "project", maxScore: 100, peers: null, rubric },
    { ...shared, type: "peer-review", maxScore: 100, peers: 4, rubric, dueAt: null },
  ];
  for (const one of all) {
    const block = xmlTree(openassessmentXml("assignment_a", one));
    if (!block) throw new Error("It is not well-formed");
    const { title, instructions, type, maxScore, dueAt, peers } = one;
    expect(assignmentOf(block, "Otherwise")).toEqual({
      ...{ title, instructions, type, maxScore, dueAt, peers },
      rubric: (one.rubric ?? []).map(({ id: _, ...criterion }) => criterion),
    });
  }
});

test("A thousand units of one title have a thousand names, and those kept once stay", () => {
  const input = sampleCourse(1_000);
  const first = courseNames(input);
  expect(new Set(first.verticals.values()).size).toBe(1_000);
  for (const name of first.verticals.values()) expect(name).toMatch(/^[a-z0-9_-]{1,100}$/);
  const kept = structuredClone(input.chapters).map((chapter) => ({
    ...chapter,
    title: "Renamed",
    urlName: first.chapters.get(chapter.id) ?? null,
    sections: chapter.sections.map((module) => ({
      ...module,
      title: "Renamed",
      urlName: first.sequentials.get(module.id) ?? null,
      units: module.units
        .map((unit) => ({
          ...unit,
          title: "Renamed",
          urlName: first.verticals.get(unit.id) ?? null,
        }))
        .reverse(),
    })),
  }));
  const again = courseNames({ ...input, courseCode: "kept", chapters: kept.reverse() });
  expect(again.verticals.size).toBe(1_000);
  for (const [id, name] of first.verticals) expect(again.verticals.get(id)).toBe(name);
  expect(again.made).toEqual({ chapters: [], modules: [], sections: [] });
});

test("A unit over two megabytes, and one that names a lost file, are errors of their modules", async () => {
  const input = sampleCourse(1);
  const unit = input.chapters[0]?.sections[0]?.units[0];
  if (!unit) throw new Error("A course of one unit has a unit");
  const issuesOf = async (html: string) => {
    const contents = async function* () {
      yield { unit, components: [{ kind: "html" as const, id: unit.id, html }] };
    };
    return (await bundleOf({ ...input, contents }, bucket, OPTIONS)) as { issues: object[] };
  };
  const { moduleId } = unit;
  expect((await issuesOf(`<p>${"a".repeat(2_200_000)}</p>`)).issues).toMatchObject([
    { code: "UNIT_TOO_LARGE", severity: "error", moduleId },
  ]);
  expect((await issuesOf('<img src="/files/o/picture/gone/x.png">')).issues).toMatchObject([
    { code: "REFERENCED_FILE_EXISTS", severity: "error", moduleId },
  ]);
  expect((await issuesOf('<img src="../x.png">')).issues).toMatchObject([
    { code: "NO_LOCAL_FILE_REFS", severity: "error", moduleId },
  ]);
});
