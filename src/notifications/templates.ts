import * as z from "zod";
import { escaped } from "./escape.ts";
import { LANGUAGES, type Language } from "./words.ts";

const recipient = { to: z.string().max(320), language: z.enum(LANGUAGES) };

/** What a mail says, before it is put into words. A `code` is a secret of its recipient. */
export const mail = z.discriminatedUnion("template", [
  z.object({
    ...recipient,
    template: z.literal("verification"),
    name: z.string(),
    link: z.url(),
  }),
  z.object({
    ...recipient,
    template: z.literal("password-reset"),
    name: z.string(),
    code: z.string(),
    link: z.url().nullable(),
  }),
  z.object({
    ...recipient,
    template: z.literal("invitation"),
    organization: z.string(),
    inviter: z.string(),
    roles: z.array(z.string()),
    code: z.string(),
    origin: z.url(),
    expiresAt: z.int(),
  }),
]);
export type Mail = z.infer<typeof mail>;

/** A part of a mail: a paragraph, a link to follow, or a code to copy. */
type Part = string | { link: string; label: string } | { code: string };
type Words = { subject: string; parts: Part[] };

const ROLE_NAMES: Record<Language, Record<string, string>> = {
  en: {
    "lms-admin": "administrator",
    "org-admin": "organization administrator",
    instructor: "instructor",
    "content-reviewer": "content reviewer",
    learner: "learner",
  },
  ru: {
    "lms-admin": "администратор",
    "org-admin": "администратор организации",
    instructor: "преподаватель",
    "content-reviewer": "рецензент",
    learner: "учащийся",
  },
};

const day = (at: number, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(at);

const roleNames = (roles: string[], language: Language): string =>
  roles.map((role) => ROLE_NAMES[language][role] ?? role).join(", ");

const ENGLISH = {
  verification: ({ name, link }: Of<"verification">): Words => ({
    subject: "Confirm your address",
    parts: [
      `Hello ${name},`,
      "please confirm that this address is yours. The link is good for one hour.",
      { link, label: "Confirm the address" },
      "If you did not sign up, leave this mail alone: nothing happens without you.",
    ],
  }),
  "password-reset": ({ name, code, link }: Of<"password-reset">): Words => ({
    subject: "Choose a new password",
    parts: [
      `Hello ${name},`,
      "somebody, probably you, asked for a new password. For one hour this lets you choose one:",
      link === null ? { code } : { link, label: "Choose a new password" },
      "If it was not you, leave this mail alone: your password stays as it is.",
    ],
  }),
  invitation: ({
    organization,
    inviter,
    roles,
    code,
    origin,
    expiresAt,
  }: Of<"invitation">): Words => ({
    subject: `${inviter} invites you to ${organization}`,
    parts: [
      `${inviter} invites you to ${organization} as ${roleNames(roles, "en")}.`,
      `Sign in at ${origin} with this very address, confirm it, and accept by this code until ${day(expiresAt, "en")}:`,
      { code },
    ],
  }),
};

const RUSSIAN = {
  verification: ({ name, link }: Of<"verification">): Words => ({
    subject: "Подтвердите адрес",
    parts: [
      `Здравствуйте, ${name}!`,
      "Подтвердите, пожалуйста, что это ваш адрес. Ссылка действует один час.",
      { link, label: "Подтвердить адрес" },
      "Если вы не регистрировались, просто не отвечайте: без вас ничего не произойдёт.",
    ],
  }),
  "password-reset": ({ name, code, link }: Of<"password-reset">): Words => ({
    subject: "Новый пароль",
    parts: [
      `Здравствуйте, ${name}!`,
      "Кто-то, вероятно вы, запросил новый пароль. В течение часа его можно задать так:",
      link === null ? { code } : { link, label: "Задать новый пароль" },
      "Если это были не вы, ничего не делайте: пароль останется прежним.",
    ],
  }),
  invitation: ({
    organization,
    inviter,
    roles,
    code,
    origin,
    expiresAt,
  }: Of<"invitation">): Words => ({
    subject: `${inviter} приглашает вас в «${organization}»`,
    parts: [
      `${inviter} приглашает вас в «${organization}». Роль: ${roleNames(roles, "ru")}.`,
      `Войдите на ${origin} с этим самым адресом, подтвердите его и примите приглашение по коду до ${day(expiresAt, "ru")}:`,
      { code },
    ],
  }),
};

type Of<T extends Mail["template"]> = Extract<Mail, { template: T }>;

/** The mail in its language, as plain text and as HTML in which every value is escaped. */
export function compose(wanted: Mail): { subject: string; text: string; html: string } {
  const { subject, parts } = wordsOf(wanted);
  const paragraphs = parts.map((part) => `<p>${htmlOf(part)}</p>`).join("\n");
  return {
    subject: headerLine(subject),
    text: `${parts.map(textOf).join("\n\n")}\n`,
    html: `<!doctype html>\n<html lang="${wanted.language}">\n<meta charset="utf-8">\n<body>\n${paragraphs}\n</body>\n</html>\n`,
  };
}

/** A line break would begin another header. */
export const headerLine = (subject: string): string =>
  subject.replaceAll(/[\r\n]+/g, " ").slice(0, 200);

function wordsOf(wanted: Mail): Words {
  const words = { en: ENGLISH, ru: RUSSIAN }[wanted.language];
  switch (wanted.template) {
    case "verification":
      return words.verification(wanted);
    case "password-reset":
      return words["password-reset"](wanted);
    case "invitation":
      return words.invitation(wanted);
  }
}

function textOf(part: Part): string {
  if (typeof part === "string") return part;
  return "code" in part ? part.code : part.link;
}

function htmlOf(part: Part): string {
  if (typeof part === "string") return escaped(part);
  if ("code" in part) return `<code>${escaped(part.code)}</code>`;
  return `<a href="${escaped(part.link)}">${escaped(part.label)}</a>`;
}

/** The first language of an Accept-Language header that mails are written in; else English. */
export function languageOf(acceptLanguage: string | null | undefined): Language {
  const wished = (acceptLanguage ?? "")
    .split(",")
    .map((one) => one.split(";")[0]?.trim().slice(0, 2).toLowerCase());
  return (
    LANGUAGES.find((language) => language === wished.find((one) => one === "en" || one === "ru")) ??
    "en"
  );
}
