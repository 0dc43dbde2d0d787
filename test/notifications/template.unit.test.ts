import { describe, expect, test } from "vitest";
import { letter, notice } from "../../src/notifications/compose.ts";
import { placeholdersOf, WORDS } from "../../src/notifications/kinds.ts";
import { NOTICE_KINDS } from "../../src/notifications/notice.ts";
import { fill, htmlFault, templateOf } from "../../src/notifications/template.ts";
import { LANGUAGES } from "../../src/notifications/words.ts";

const EVERY = NOTICE_KINDS.flatMap((kind) =>
  LANGUAGES.map((language) => [kind, language] as const),
);
const sharp = (name: string) => `<${name} & "one">'s`;
const valuesOf = (kind: (typeof NOTICE_KINDS)[number]) =>
  Object.fromEntries([...placeholdersOf(kind)].map((name) => [name, sharp(name)]));
const unsubscribe = "https://lyceum.test/lms/unsubscribe?token=a&b";

describe.each(EVERY)("the words of %s in %s", (kind, language) => {
  test("leave no placeholder, use only what there is, and let no value into the HTML unescaped", () => {
    const values = valuesOf(kind);
    const said = letter({ kind, language, values, unsubscribe });
    for (const part of [said.subject, said.text, said.html]) expect(part).not.toMatch(/[{}]/);
    for (const value of Object.values(values)) expect(said.html).not.toContain(value);
    expect(said.html).toContain("&lt;name &amp; &quot;one&quot;&gt;&#39;s");
    expect(said.text).toContain(sharp("name"));
    expect(said.html).toContain('token=a&amp;b"');
    expect(said.text).toContain(unsubscribe);
    expect(said.subject.length).toBeLessThanOrEqual(200);
    expect(said.html).toContain(`<html lang="${language}">`);
  });

  test("hold together where every optional value is missing", () => {
    const source = WORDS[kind][language].body.join("");
    const optional = new Set([...source.matchAll(/\{\{#(\w+)/g)].map(([, name]) => name));
    const given = [...placeholdersOf(kind)].filter((name) => !optional.has(name));
    const values = Object.fromEntries(given.map((name) => [name, name]));
    const { text } = notice({ kind, language, values });
    expect(text).not.toMatch(/[{}]|\n{3,}|: *$/);
  });

  test("are in their own script", () => {
    const { subject, body } = WORDS[kind][language];
    const letters = [subject, ...body].join(" ").replaceAll(/\{\{[^}]*\}\}/g, "");
    expect(/[А-я]/.test(letters)).toBe(language === "ru");
  });
});

describe("a template", () => {
  const names = new Set(["courseTitle", "feedback", "link"]);
  const of = (source: string) => templateOf(source, names);

  test.each([
    ["{{tutor}}", "There is no {{tutor}} here; there are courseTitle, feedback, link"],
    ["{{#feedback}}a", "{{#feedback}} is not closed"],
    ["a{{/feedback}}", "{{/feedback}} closes what is not open"],
    ["{{#feedback}}a{{/link}}", "{{/link}} closes what is not open"],
    ["{{#feedback}}{{#link}}a{{/link}}{{/feedback}}", "{{#link}} stands inside of {{#feedback}}"],
    ["{{course title}}", "Braces are doubled around a name alone, as {{courseTitle}}"],
    ["a }} b", "Braces are doubled around a name alone, as {{courseTitle}}"],
    ["{{constructor}}", "There is no {{constructor}} here; there are courseTitle, feedback, link"],
  ])("%s is refused with what is wrong", (source, fault) => {
    expect(of(source)).toEqual({ fault });
  });

  test("says a section only where its value is there", () => {
    const parsed = of("{{courseTitle}}{{#feedback}}: {{ feedback }}{{/feedback}}.");
    if ("fault" in parsed) throw new Error(parsed.fault);
    const said = (values: Record<string, string>) => fill(parsed.template, values, (one) => one);
    expect(said({ courseTitle: "A", feedback: "good" })).toBe("A: good.");
    expect(said({ courseTitle: "A", feedback: "" })).toBe("A.");
  });

  test("of HTML takes an address into an attribute and nothing else, so that no value becomes a script", () => {
    expect(htmlFault('<a href="{{link}}">{{courseTitle}}</a>')).toBeUndefined();
    expect(htmlFault('<a href="{{feedback}}">x</a>')).toContain("{{feedback}}");
    expect(htmlFault('<a title=">" href="{{feedback}}">x</a>')).toContain("{{feedback}}");
  });

  test("of an organization stands in the mail as it is, its text escaped where it gives no HTML", () => {
    const own = { subject: "Hi\r\nBcc: x", text: "1 < 2, {{name}}\n\nBye", html: null };
    const values = { name: "<b>", organizationName: "School" };
    const said = letter({ kind: "enrollment.nudge", language: "en", values, own, unsubscribe });
    expect(said.subject).toBe("Hi Bcc: x");
    expect(said.html).toContain("<p>1 &lt; 2, &lt;b&gt;</p>\n<p>Bye</p>");
    expect(said.text).toMatch(/^1 < 2, <b>\n\nBye\n\n--\n/);
    const html = "<h1>{{name}}</h1>";
    const marked = letter({
      kind: "enrollment.nudge",
      language: "en",
      values,
      own: { ...own, html },
      unsubscribe,
    });
    expect(marked.html).toContain("<h1>&lt;b&gt;</h1>");
  });
});
