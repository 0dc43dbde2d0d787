import { escaped } from "./escape.ts";
import { placeholdersOf, WORDS } from "./kinds.ts";
import type { NoticeKind } from "./notice.ts";
import { fill, type Template, templateOf, type Values } from "./template.ts";
import { headerLine } from "./templates.ts";
import type { Language } from "./words.ts";

/** An organization's own words; without `html` the text's paragraphs are used. */
export type OwnWords = { subject: string; text: string; html: string | null };

type Ask = { kind: NoticeKind; language: Language; values: Values; own?: OwnWords | undefined };

const FRAME = {
  en: {
    hello: "Hello {{name}},",
    unsubscribe: "Unsubscribe from mails of this kind",
    why: "You get this because you are a member of {{organizationName}}.",
  },
  ru: {
    hello: "Здравствуйте, {{name}}!",
    unsubscribe: "Отписаться от таких писем",
    why: "Вы получили это письмо как участник «{{organizationName}}».",
  },
} as const satisfies Record<Language, Record<string, string>>;

const plain = (value: string): string => value;
/** A value's own line breaks stay in HTML. */
const inHtml = (value: string): string => escaped(value).replaceAll("\n", "<br>");

const PARAGRAPHS = /\n{2,}/;

/** A template that is known to be one: ours, or an organization's that was checked when it was written. */
function known(kind: NoticeKind, source: string): Template {
  const parsed = templateOf(source, placeholdersOf(kind));
  if ("fault" in parsed) throw new Error(`Template of ${kind}: ${parsed.fault}`);
  return parsed.template;
}

/** What the application shows: a line, and the paragraphs below it. */
export function notice({ kind, language, values, own }: Ask): { title: string; text: string } {
  const words = WORDS[kind][language];
  const say = (source: string) => fill(known(kind, source), values, plain).trim();
  const text = own
    ? say(own.text)
    : words.body
        .map(say)
        .filter((one) => one !== "")
        .join("\n\n");
  return { title: headerLine(say(own?.subject ?? words.subject)), text };
}

export type Letter = { subject: string; text: string; html: string };

/** The mail: greeting, paragraphs and link, or the organization's own words; then why it came and how to end it. */
export function letter({ unsubscribe, ...ask }: Ask & { unsubscribe: string | undefined }): Letter {
  const { kind, language, values, own } = ask;
  const frame = FRAME[language];
  const { title, text } = notice(ask);
  const say = (source: string) => fill(known(kind, source), values, plain);
  const greeting = own || !values.name ? [] : [say(frame.hello)];
  const paragraphs = [...greeting, ...text.split(PARAGRAPHS)];
  const link = own ? undefined : linkOf(ask);
  const why = say(frame.why);
  const textEnd = unsubscribe === undefined ? "" : `\n${frame.unsubscribe}: ${unsubscribe}`;
  const htmlEnd = unsubscribe === undefined ? "" : ` ${anchor(unsubscribe, frame.unsubscribe)}`;
  const htmlBody = own?.html
    ? fill(known(kind, own.html), values, inHtml)
    : paragraphs.map((one) => `<p>${inHtml(one)}</p>`).join("\n");
  return {
    subject: title,
    text: `${[...paragraphs, ...(link ? [`${link.label}: ${link.href}`] : []), `--\n${why}${textEnd}`].join("\n\n")}\n`,
    html: [
      `<!doctype html>\n<html lang="${language}">\n<meta charset="utf-8">\n<body>`,
      htmlBody,
      ...(link ? [`<p>${anchor(link.href, link.label)}</p>`] : []),
      `<hr>\n<p><small>${escaped(why)}${htmlEnd}</small></p>\n</body>\n</html>\n`,
    ].join("\n"),
  };
}

const anchor = (href: string, label: string): string =>
  `<a href="${escaped(href)}">${escaped(label)}</a>`;

function linkOf({ kind, language, values }: Ask): { label: string; href: string } | undefined {
  const label = WORDS[kind][language].action;
  return label === undefined || !values.link ? undefined : { label, href: values.link };
}
