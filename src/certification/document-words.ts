import type { CertificateTemplate } from "./template.ts";

type Words = {
  title: string;
  certifies: string;
  completed: string;
  issued: string;
  expires: string;
  code: string;
};

export type CertificateTexts = {
  title: string;
  issuer: string;
  learner: string;
  /** Stands before the learner's name; a template's own body says it itself. */
  before?: string;
  after: string;
  course?: string;
  labels: { issued: string; expires: string; code: string };
  signatories: { name: string; role: string }[];
  language: "en" | "ru";
};

const english: Words = {
  title: "Certificate of Completion",
  certifies: "This is to certify that",
  completed: "has successfully completed the course",
  issued: "Date of issue",
  expires: "Valid until",
  code: "Verification code",
};

/** The present tense keeps the sentence free of the learner's gender. */
const russian: Words = {
  title: "Сертификат",
  certifies: "Настоящий сертификат получает",
  completed: "за успешное освоение курса",
  issued: "Дата выдачи",
  expires: "Действителен до",
  code: "Код проверки",
};

/** What a certificate says, from the template and else in the course's language or in English. */
export function certificateTexts(given: {
  template: CertificateTemplate;
  learnerName: string;
  courseTitle: string;
  issuerName: string;
  language: string;
  date: string;
}): CertificateTexts {
  const { template } = given;
  const language = wordingLanguage(given.language);
  const words = language === "ru" ? russian : english;
  const learner = oneLine(given.learnerName);
  const course = oneLine(given.courseTitle);
  const common = {
    title: oneLine(template.title ?? words.title),
    issuer: oneLine(given.issuerName),
    learner,
    labels: words,
    signatories: (template.signatories ?? []).map(({ name, role }) => ({
      name: oneLine(name),
      role: oneLine(role),
    })),
    language,
  };
  if (template.body === undefined) {
    return { ...common, before: words.certifies, after: words.completed, course };
  }
  const values = { learner, course, date: given.date };
  const after = filled(template.body, values);
  return template.body.includes("{course}") ? { ...common, after } : { ...common, after, course };
}

/** A day in words, in the zone and language; in the wording's own language where `isDrawn` refuses it. */
export function dateInWords(given: {
  at: number;
  timeZone: string;
  language: string;
  isDrawn: (text: string) => boolean;
}): string {
  const inLanguage = (language: string) =>
    oneLine(
      new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: given.timeZone }).format(
        given.at,
      ),
    );
  const wanted = inLanguage(given.language);
  return given.isDrawn(wanted) ? wanted : inLanguage(wordingLanguage(given.language));
}

function wordingLanguage(language: string): "en" | "ru" {
  return language.toLowerCase().split("-")[0] === "ru" ? "ru" : "en";
}

/** Isolates keep a name from right to left from turning the words around it (UAX #9, 2.4). */
function filled(body: string, values: { learner: string; course: string; date: string }): string {
  return manyLines(body).replace(/\{(learner|course|date)\}/g, (whole, key: string) => {
    const value = Object.entries(values).find(([name]) => name === key)?.[1];
    return value === undefined ? whole : `\u2068${value}\u2069`;
  });
}

function manyLines(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(oneLine)
    .join("\n");
}

/** Composed, as fonts hold letters with their accents as one; and without controls or doubled spaces. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
}
