export const LANGUAGES = ["en", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What is said in one language: templates of a line and of paragraphs, and what the link is called. */
export type Words = { subject: string; body: readonly string[]; action?: string };

/** A kind's words in every language. */
export type Wording = Readonly<Record<Language, Words>>;

/** The language that a member's BCP 47 tag asks for, where there are words in it; else English. */
export const languageOfLocale = (locale: string): Language =>
  LANGUAGES.find((language) => locale.toLowerCase().split("-")[0] === language) ?? "en";
