import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { CertificateContent } from "../../src/certification/document.ts";
import { certificateDocument } from "../../src/certification/document.ts";
import { charactersIn } from "../../src/certification/font-coverage.ts";
import { fitText } from "../../src/certification/line-breaking.ts";
import { certificateTemplate } from "../../src/certification/template.ts";
import type { Coverage, FontName } from "../../src/certification/text-runs.ts";
import { directionOf, textRuns } from "../../src/certification/text-runs.ts";

const root = join(import.meta.dirname, "../..");
const fontNames: FontName[] = [
  "latin",
  "latin-italic",
  "latin-semibold",
  "arabic",
  "devanagari",
  "han",
  "han-rare",
  "han-extended",
  "hangul",
];
const charactersOf = new Map<FontName, (codePoint: number) => boolean>();
const covers: Coverage = (font, codePoint) => charactersOf.get(font)?.(codePoint) ?? false;

beforeAll(async () => {
  execFileSync(process.execPath, [join(root, "scripts/fonts.mjs")]);
  for (const name of fontNames) {
    charactersOf.set(name, charactersIn(new Uint8Array(await fontFile(name))));
  }
});

describe("a certificate as PDF", () => {
  it("is one page of A4 landscape with its fonts inside and its text in order", async () => {
    const { source, text } = readPdf(await certificate({}));
    expect(source).toContain("/MediaBox [0 0 841.89 595.28]");
    expect(source.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
    const descriptors = source.match(/\/Type \/FontDescriptor/g) ?? [];
    expect(descriptors).toHaveLength(3);
    expect(source.match(/\/FontFile2 \d+ 0 R/g)).toHaveLength(descriptors.length);
    expect(text).toEqual([
      "Northern School",
      "Certificate of Completion",
      "This is to certify that",
      "Ada Lovelace",
      "has successfully completed the course",
      "Analytical Engines",
      "March 13, 2026",
      "Date of issue",
      "Verification code",
      "K7QF-2M9X",
      "https://lms.example.org/verify/K7QF-2M9X",
    ]);
  });

  it("tells its title, author, language and structure", async () => {
    const { source } = readPdf(await certificate({ language: "ru-RU" }));
    expect(source).toContain("/Lang (ru)");
    expect(source).toContain("/Author");
    expect(source).toContain("(Northern School)");
    expect(source).toContain("/Marked true");
    expect(source).toContain("/S /H1");
    expect(source).toContain("(D:20260312223000Z)");
  });

  it("speaks Russian in a Russian course, and its dates fall by the time zone", async () => {
    const moscow = await certificate({ language: "ru", expiresAt: Date.UTC(2027, 0, 1) });
    expect(readPdf(moscow).text).toEqual(
      expect.arrayContaining(["Сертификат", "13 марта 2026 г.", "Действителен до"]),
    );
    const lisbon = await certificate({ language: "ru", timeZone: "Europe/Lisbon" });
    expect(readPdf(lisbon).text).toContain("12 марта 2026 г.");
  });

  it("tells a date in English where no font has the letters of the course's language", async () => {
    const { text } = readPdf(await certificate({ language: "th" }));
    expect(text).toContain("March 13, 2026");
  });

  it("fills a template and does not take what a name holds for a placeholder", async () => {
    const { text } = readPdf(
      await certificate({
        learnerName: "$& {course}",
        template: {
          title: "Diploma",
          body: "{learner} read {course} until {date}; {other} stays.",
          signatories: [{ name: "Mary Somerville", role: "Dean" }],
        },
      }),
    );
    expect(text).toEqual(
      expect.arrayContaining(["Diploma", "Mary Somerville", "Dean", "$& {course}"]),
    );
    expect(text.join("")).toContain(
      "$& {course} read Analytical Engines until March 13, 2026; {other} stays.",
    );
    expect(text).not.toContain("Certificate of Completion");
  });

  it("is the same bytes for the same input", async () => {
    const given = { learnerName: "李 محمد लक्ष्मी", courseTitle: "Курс" };
    expect(await certificate(given)).toEqual(await certificate(given));
    expect(await certificate(given)).not.toEqual(await certificate({}));
  });

  it("holds the template's logo", async () => {
    const logo = { bytes: png(), contentType: "image/png" as const };
    const template = certificateTemplate.parse({ logo });
    expect(readPdf(await certificate({ template })).source).toContain("/Subtype /Image");
    expect(readPdf(await certificate({})).source).not.toContain("/Subtype /Image");
  });

  it("loads the rare fonts only for a text that needs them", async () => {
    const loaded = async (learnerName: string) => {
      const names: FontName[] = [];
      const load = (name: FontName) => {
        names.push(name);
        return fontFile(name);
      };
      await certificate({ learnerName, fonts: { load } });
      return names.sort();
    };
    const latin = ["latin", "latin-italic", "latin-semibold"];
    expect(await loaded("Ada")).toEqual(latin);
    expect(await loaded("王芳")).toEqual(["han", ...latin]);
    expect(await loaded("王龘")).toEqual(["han", "han-rare", ...latin]);
    expect(await loaded("𠮷野")).toEqual(["han", "han-extended", ...latin]);
  });

  it("draws any name of these scripts with glyphs, inside the frame", async () => {
    await fc.assert(
      fc.asyncProperty(name(), name(), async (learnerName, courseTitle) => {
        const { glyphs, origins } = readPdf(await certificate({ learnerName, courseTitle }));
        expect(glyphs).not.toContain("0000");
        for (const { x, y } of origins) {
          expect(x).toBeGreaterThan(42);
          expect(x).toBeLessThan(800);
          expect(y).toBeGreaterThan(42);
          expect(y).toBeLessThan(553);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it("survives what is no name at all", async () => {
    const odd = [
      "",
      " ",
      "\u0000\u0007",
      "\ud800",
      "👩🏽‍🚀",
      "\u202e\u2066abc",
      "ก".repeat(40),
      "W".repeat(3000),
    ];
    for (const learnerName of odd) {
      const { source } = readPdf(await certificate({ learnerName, courseTitle: learnerName }));
      expect(source.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
    }
  }, 60_000);
});

describe("text runs", () => {
  it("keep words of one script and their spaces in one run", () => {
    expect(runs("Анна Petrova")).toEqual([{ font: "latin", rtl: false, text: "Анна Petrova" }]);
    expect(runs("محمد علي")).toEqual([{ font: "arabic", rtl: true, text: "محمد علي" }]);
    expect(runs("लक्ष्मी देवी")).toEqual([{ font: "devanagari", rtl: false, text: "लक्ष्मी देवी" }]);
  });

  it("stand in visual order, brackets mirrored with their own pair's font", () => {
    expect(runs("كتاب (LMS 2026) جديد")).toEqual([
      { font: "arabic", rtl: true, text: "( جديد" },
      { font: "latin", rtl: false, text: "LMS 2026" },
      { font: "arabic", rtl: true, text: "كتاب )" },
    ]);
  });

  it("leave digits in Arabic text in their own order", () => {
    // The shaper turns what belongs to the Arabic script, so its digits are handed over turned.
    expect(runs("سنة ١٤٤٧")).toEqual([
      { font: "arabic", rtl: false, text: "٧٤٤١" },
      { font: "arabic", rtl: true, text: "سنة " },
    ]);
    expect(runs("سنة 1447")[0]).toEqual({ font: "arabic", rtl: false, text: "1447" });
  });

  it("choose the style's font for Latin letters, and go down to the rare Han fonts", () => {
    expect(runs("Ж", "italic")[0]?.font).toBe("latin-italic");
    expect(runs("Ж", "semibold")[0]?.font).toBe("latin-semibold");
    expect(runs("王龘𠮷").map(({ font }) => font)).toEqual(["han", "han-rare", "han-extended"]);
  });

  it("set western digits within Han in the Latin font, and punctuation in the Han font", () => {
    expect(runs("第2版：続").map(({ font, text }) => [font, text])).toEqual([
      ["han", "第"],
      ["latin", "2"],
      ["han", "版：続"],
    ]);
  });

  it("drop marks of direction that no font draws, and keep joiners that shape letters", () => {
    expect(runs("\u2068Ada\u2069").map(({ text }) => text)).toEqual(["Ada"]);
    expect(runs("می\u200cخواهم")[0]?.text).toBe("می\u200cخواهم");
  });

  it("never choose a font that lacks the letter where another has it", () => {
    fc.assert(
      fc.property(name(), fc.constantFrom("regular", "italic", "semibold"), (text, style) => {
        for (const run of runs(text, style)) {
          for (const letter of run.text) {
            const codePoint = letter.codePointAt(0) ?? 0;
            const drawn = fontNames.some((font) => covers(font, codePoint));
            expect(covers(run.font, codePoint)).toBe(drawn);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("find a font for every character that any of the fonts holds", () => {
    const missed: string[] = [];
    for (let codePoint = 0x20; codePoint < 0x32000; codePoint++) {
      const letter = String.fromCodePoint(codePoint);
      if (/\p{C}/u.test(letter) || !fontNames.some((font) => covers(font, codePoint))) continue;
      const drawn = runs(letter).every(({ font, text }) => covers(font, text.codePointAt(0) ?? 0));
      if (!drawn) missed.push(codePoint.toString(16));
    }
    expect(missed).toEqual([]);
  }, 30_000);

  it("lose no letter of a text", () => {
    fc.assert(
      fc.property(name(), (text) => {
        const drawn = runs(text).flatMap((run) => [...run.text]);
        expect(drawn.map(unmirrored).sort()).toEqual([...text].map(unmirrored).sort());
      }),
    );
  });

  it("take a paragraph's direction from its first strong letter", () => {
    expect(directionOf("2026 محمد Ada")).toBe("rtl");
    expect(directionOf("2026 Ada محمد")).toBe("ltr");
    expect(directionOf("")).toBe("ltr");
  });
});

describe("fitting a text", () => {
  const stages = [
    { maxLines: 1, fromPt: 40, leastPt: 30 },
    { maxLines: 2, fromPt: 30, leastPt: 20 },
  ];
  const fitted = (text: string) =>
    fitText({ text, measure: (part) => [...part].length, maxWidthPt: 400, stages });

  it("shrinks on one line before it breaks, and breaks into even lines", () => {
    expect(fitted("abcdefghij")).toEqual({ lines: ["abcdefghij"], sizePt: 40 });
    expect(fitted("abcdefghij kl")).toEqual({ lines: ["abcdefghij kl"], sizePt: 30.5 });
    expect(fitted("aaaa bbbb cccc dddd").lines).toEqual(["aaaa bbbb", "cccc dddd"]);
  });

  it("breaks a word only where it is wider than the page", () => {
    const many = Array.from({ length: 40 }, () => "word").join(" ");
    expect(fitted(many).lines.join(" ")).toBe(many);
    expect(fitted("w".repeat(30))).toEqual({ lines: ["w".repeat(20), "w".repeat(10)], sizePt: 20 });
  });

  it("breaks Han between signs, but starts no line with closing punctuation", () => {
    expect(fitted("一二三四五六七八九十、百千万").lines).toEqual([
      "一二三四五六七",
      "八九十、百千万",
    ]);
    for (const line of fitted("一二三四五六七、八九十百千万").lines)
      expect(line).not.toMatch(/^、/);
  });

  it("never lets a line grow wider than the page or the lines more than are welcome", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 400, unit: fc.constantFrom("a", "й", " ", "漢", "-") }),
        (text) => {
          const { lines, sizePt } = fitted(text);
          expect(lines.length).toBeLessThanOrEqual(2);
          for (const line of lines) expect([...line].length * sizePt).toBeLessThanOrEqual(400.001);
          expect(lines.join("").replace(/ /g, "")).toBe(text.replace(/ /g, ""));
        },
      ),
    );
  });
});

describe("a template", () => {
  it("refuses unknown keys, long words and pictures that are none", () => {
    const refused = [
      { colour: "red" },
      { title: "x".repeat(121) },
      { body: "x".repeat(1001) },
      { title: "" },
      { signatories: Array.from({ length: 5 }, () => ({ name: "A", role: "B" })) },
      { logo: { bytes: new TextEncoder().encode("<svg/>"), contentType: "image/png" } },
      { logo: { bytes: png(), contentType: "image/jpeg" } },
      { logo: { bytes: png({ side: 60_000 }), contentType: "image/png" } },
    ];
    for (const template of refused) {
      expect(certificateTemplate.safeParse(template).success).toBe(false);
    }
    expect(certificateTemplate.parse({ title: " Diploma " })).toEqual({ title: "Diploma" });
  });
});

async function fontFile(name: FontName): Promise<ArrayBuffer> {
  return new Uint8Array(await readFile(join(root, "public/fonts", `${name}.ttf`))).buffer;
}

function certificate(given: Partial<CertificateContent>): Promise<Uint8Array> {
  return certificateDocument({
    template: {},
    learnerName: "Ada Lovelace",
    courseTitle: "Analytical Engines",
    issuedAt: Date.UTC(2026, 2, 12, 22, 30),
    timeZone: "Europe/Moscow",
    language: "en",
    verificationCode: "K7QF-2M9X",
    verifyUrl: "https://lms.example.org/verify/K7QF-2M9X",
    issuerName: "Northern School",
    fonts: { load: fontFile },
    ...given,
  });
}

function runs(text: string, style: "regular" | "italic" | "semibold" = "regular") {
  return textRuns({ text, style, direction: directionOf(text), covers });
}

function unmirrored(letter: string): string {
  return letter === ")" ? "(" : letter;
}

/** Composed words of letters, accents, digits and punctuation of the scripts that the fonts promise. */
function name() {
  const between = (first: number, last: number) =>
    fc.integer({ min: first, max: last }).map((code) => String.fromCodePoint(code));
  const letter = fc.oneof(
    between(0x41, 0x5a),
    between(0x61, 0x7a),
    between(0xc0, 0x17f),
    between(0x1ea0, 0x1ef9),
    between(0x391, 0x3a1),
    between(0x400, 0x45f),
    between(0x621, 0x63a),
    between(0x641, 0x64a),
    between(0x905, 0x939),
    fc.constantFrom("क्ष", "त्रि", "श्री", "र्ति", "ज्ञ"),
    between(0x4e00, 0x9fa5),
    between(0x3400, 0x4db5),
    between(0x3041, 0x3096),
    fc.constantFrom("김", "민", "준", "𠮷"),
    fc.constantFrom(" ", "-", "(", ")", "7", "٣", ":", "."),
  );
  return fc
    .array(letter, { minLength: 1, maxLength: 40 })
    .map((parts) => parts.join("").normalize("NFC"));
}

/** A grey picture of 2 by 2 pixels, or one that only claims its size. */
function png({ side = 2 }: { side?: number } = {}): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.writeUInt8(8, 8);
  const pixels = deflateSync(Uint8Array.of(0, 10, 20, 0, 30, 40));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", new Uint8Array())];
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}

type Pdf = {
  source: string;
  /** What each text object of the page spells, by the fonts' own maps to Unicode. */
  text: string[];
  glyphs: string[];
  origins: { x: number; y: number }[];
};

/** Reads what the library writes: one page, streams deflated, text in glyphs of four hexadecimal digits. */
function readPdf(bytes: Uint8Array): Pdf {
  const source = Buffer.from(bytes).toString("latin1");
  expect(source.startsWith("%PDF-1.7")).toBe(true);
  expect(source.trimEnd().endsWith("%%EOF")).toBe(true);
  const objects = new Map(
    [...source.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)].map(([, id, body]) => [
      id,
      body ?? "",
    ]),
  );
  const streamOf = (id: string | undefined) => {
    const object = objects.get(id) ?? "";
    const start = object.indexOf("stream\n") + "stream\n".length;
    const length = Number(/\/Length (\d+)/.exec(object)?.[1]);
    return inflateSync(Buffer.from(object.slice(start, start + length), "latin1")).toString(
      "latin1",
    );
  };
  const unicodeOf = new Map(
    [...source.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => {
      const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? "")?.[1];
      return [name, unicodeMap(streamOf(map))];
    }),
  );
  const content = streamOf(/\/Contents (\d+) 0 R/.exec(source)?.[1]);
  const parts = [
    ...content.matchAll(/BT\n1 0 0 1 (\S+) (\S+) Tm\n\/(F\d+) [\s\S]*?\[([\s\S]*?)\] TJ\nET/g),
  ];
  const read = parts.map(([, x, y, font, shown = ""]) => {
    const glyphs = [...shown.matchAll(/<([0-9a-f]*)>/g)].flatMap(
      ([, hex]) => hex?.match(/.{4}/g) ?? [],
    );
    const text = glyphs.map((glyph) => unicodeOf.get(font)?.get(glyph) ?? "").join("");
    return { text, glyphs, origin: { x: Number(x), y: Number(y) } };
  });
  return {
    source,
    text: read.map(({ text }) => text),
    glyphs: read.flatMap(({ glyphs }) => glyphs),
    origins: read.map(({ origin }) => origin),
  };
}

function unicodeMap(cmap: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, first = "0", list = ""] of cmap.matchAll(
    /<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/g,
  )) {
    for (const [index, [, hex = ""]] of [...list.matchAll(/<([0-9a-f ]*)>/g)].entries()) {
      const glyph = (Number.parseInt(first, 16) + index).toString(16).padStart(4, "0");
      found.set(glyph, Buffer.from(hex.replaceAll(" ", ""), "hex").swap16().toString("utf16le"));
    }
  }
  return found;
}
