import { DOMParser } from "@xmldom/xmldom";
import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { sanitized } from "../../../src/kernel/sanitized.ts";
import { wellFormed } from "../../../src/openedx/olx/markup.ts";

const written = (html: string): string | undefined => wellFormed(html, (url) => url);

/** As a parser reads it that shares nothing with the one that checks bundles; throws at all but U+FFFD, which is a character. */
function readElsewhere(xml: string): void {
  const onError = (_level: string, message: string) => {
    if (!message.startsWith("Unicode replacement character")) throw new Error(message);
  };
  new DOMParser({ onError }).parseFromString(`<root>${xml}</root>`, "application/xml");
}

/** As both parsers read it; throws where it is not well-formed. */
function parsed(xml: string): void {
  readElsewhere(xml);
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(`<root>${xml}</root>`).close();
}

const HOSTILE: [what: string, html: string][] = [
  ["unclosed tags", "<p>one<p>two<b>three<i>four"],
  ["crossed tags", "<b><i>x</b></i>"],
  ["the end of a CDATA section", "a ]]> b <![CDATA[ c ]]> d"],
  ["entities of HTML", "&nbsp;&eacute;&copy;&hellip;&notanentity; & &amp; &#0; &#xFFFE;"],
  ["entities of a DTD", '<!DOCTYPE x [<!ENTITY a "aaaa">]>&a;'],
  ["NUL and control characters", "a\u0000b\u000bc\u001fd\ufffe"],
  ["lone surrogates", "\ud800 a \udc00 b"],
  ["scripts", "<script>alert(1)</script><svg/onload=alert(1)><p onclick='x()'>a</p>"],
  ["a script in pieces", "<scr<script>ipt>alert(1)</scr</script>ipt>"],
  ["comments", "<!-- a -- b --> c <!- d ->"],
  ["processing instructions", "<?xml version='1.0'?><?php echo 1 ?>"],
  ["attributes without quotes", "<a href=https://example.com/?a=1&b=2 title=x>y</a>"],
  ["doubled attributes", '<a href="https://a.example/" href="https://b.example/">y</a>'],
  ["a block in a paragraph", "<p><button><div>x</div></button></p>"],
  [
    "HTML 5 sections",
    "<article><header>a</header><figure><figcaption>b</figcaption></figure></article>",
  ],
  ["a table without its parts", "<td>x</td><table><tr>y<td>z"],
  ["less-than signs", "1 < 2 <3 << <>"],
  ["nothing at all", ""],
];

test.each([
  ["a tag that is not closed", "<p>"],
  ["crossed tags", "<b><i></b></i>"],
  ["an entity of HTML", "&nbsp;"],
  ["an ampersand before a name", "a &b; c"],
  ["an attribute twice", '<a x="1" x="2"/>'],
  ["an attribute without a value", "<a x/>"],
  ["a less-than sign in an attribute", '<a x="<"/>'],
])("The parser of another make refuses %s", (_, xml) => {
  expect(() => readElsewhere(xml)).toThrow();
});

describe("HTML that attacks becomes well-formed XML", () => {
  test.each(HOSTILE)("%s", (_, html) => {
    const xml = written(html);
    expect(xml).toBeDefined();
    parsed(xml ?? "<");
    expect(xml).not.toMatch(/<script|onclick|onload|javascript:/i);
    expect(xml?.trim()).not.toBe("");
  });

  test("two megabytes of it", () => {
    const xml = written("<p>a &amp; <b>b</b></p>".repeat(90_000));
    parsed(xml ?? "<");
    parsed(written("<p>unclosed &nbsp; ".repeat(20_000)) ?? "<");
  });

  test("nested too deep, it is no HTML and no crash", () => {
    expect(written("<div>".repeat(200_000))).toBeUndefined();
  });

  test("anything at all", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "<p>",
        "</p>",
        "<b",
        ">",
        "&",
        "]]>",
        "<!--",
        "-->",
        "<a href=",
        '"',
        "'",
        "<table>",
        "<li>",
        "\u0000",
        "\ud800",
        "&#x;",
        "</",
        "<img src=x>",
        "<mark>",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        parsed(written(pieces.join("")) ?? "");
      }),
      { numRuns: 1_000 },
    );
  });
});

test("What our own sanitizer wrote is copied to what a parser would have made of it", () => {
  const piece = fc.constantFrom(
    "<p>",
    "</p>",
    "a & b",
    "<b>",
    "</b>",
    "<ul><li>",
    "</ul>",
    "<br>",
    "<figure>",
    "<mark>x</mark>",
    '<a href="https://e.example/?a=1&b=2">',
    "</a>",
    "&lt;",
    "é",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const clean = sanitized(pieces.join(""));
      // A comment in front is what the copying way leaves to the parser.
      expect(written(clean)).toBe(written(`<!-- -->${clean}`));
    }),
    { numRuns: 500 },
  );
});

test("An address is rewritten, or left out", () => {
  const html = '<p><img src="/files/a" alt="A"> <a href="../x">y</a></p>';
  expect(wellFormed(html, (url) => (url === "/files/a" ? "/static/a.png" : undefined))).toBe(
    '<p><img src="/static/a.png" alt="A"/> <a>y</a></p>',
  );
});
