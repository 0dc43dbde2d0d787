import { packTar, type TarEntry } from "modern-tar";
import { describe, expect, test } from "vitest";
import { LIMITS, type Limits, readArchive } from "../../../src/openedx/olx/archive.ts";
import { bundleOf } from "../../../src/openedx/olx/bundle.ts";
import { courseNames } from "../../../src/openedx/olx/course-names.ts";
import { readOlx } from "../../../src/openedx/olx/read-olx.ts";
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
  ]);
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
