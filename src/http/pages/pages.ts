import type { Html } from "./shell.ts";
import { type Verified, verifyPage } from "./verify.ts";

type About = { origin: string; code: string; acceptLanguage: string | undefined };
export type Page = (answer: unknown, about: About) => Html;

/** Queries that show a page to a browser, by their names. */
export const PAGES: Readonly<Record<string, Page>> = {
  // SAFETY: the answer of the very query that the entry is named after.
  "lms.certificates.verify": (answer, about) =>
    verifyPage({ result: answer as Verified, ...about }),
};
