import { describe, expect, it } from "vitest";
import { compose, languageOf, type Mail } from "../../src/notifications/templates.ts";
import { LANGUAGES } from "../../src/notifications/words.ts";

const hostile = `<script>alert("x")</script> & 'co'`;
const mails = (language: Mail["language"]): Mail[] => [
  {
    template: "verification",
    to: "a@b.test",
    language,
    name: hostile,
    link: "https://x.test/?a=1&b=2",
  },
  { template: "password-reset", to: "a@b.test", language, name: hostile, code: "c0de", link: null },
  {
    template: "password-reset",
    to: "a@b.test",
    language,
    name: hostile,
    code: "c0de",
    link: "https://x.test/",
  },
  {
    template: "invitation",
    to: "a@b.test",
    language,
    organization: hostile,
    inviter: "Eve\r\nBcc: all@b.test",
    roles: ["instructor", "learner"],
    code: "inv",
    origin: "https://x.test",
    expiresAt: Date.UTC(2026, 10, 21),
  },
];

describe("a mail", () => {
  it("in each language has both parts, escapes every value and adds no header", () => {
    for (const mail of LANGUAGES.flatMap(mails)) {
      const { subject, text, html } = compose(mail);
      expect(subject).not.toMatch(/[\r\n]/);
      expect(html).not.toContain("<script>");
      expect(html).toContain(`lang="${mail.language}"`);
      expect(html).toContain("&lt;script&gt;");
      expect(text).toContain(hostile);
    }
  });

  it("says dates, roles and what is secret in the reader's own words", () => {
    const [english, russian] = LANGUAGES.map((language) => compose(mails(language)[3] as Mail));
    expect(english?.text).toContain("instructor, learner");
    expect(english?.text).toContain("November 21, 2026");
    expect(russian?.text).toContain("преподаватель, учащийся");
    expect(russian?.text).toContain("21 ноября 2026");
    expect(russian?.text).toContain("\ninv\n");
    expect(compose(mails("en")[0] as Mail).html).toContain('href="https://x.test/?a=1&amp;b=2"');
  });

  it("is written in the first language that a reader wishes and that there is", () => {
    expect(languageOf("ru-RU,ru;q=0.9,en;q=0.8")).toBe("ru");
    expect(languageOf("de, ru;q=0.5, en;q=0.3")).toBe("ru");
    expect(languageOf("en-GB,ru")).toBe("en");
    expect(languageOf("de")).toBe("en");
    expect(languageOf(null)).toBe("en");
  });
});
