import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { VERSION } from "../../version.ts";

/** Escaped text: whatever a template is given is escaped unless it is this already. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

type Page = {
  title: string;
  description?: string;
  lang?: string;
  main: Html;
  /** Beside the main column, as the list of areas. */
  aside?: Html;
  /** The narrow column of a page that says one thing. */
  narrow?: boolean;
  /** Link texts of the header and footer, for pages in other languages. */
  words?: { skip: string; reference: string; errors: string };
  indexed?: boolean;
};

const ENGLISH = { skip: "Skip to the content", reference: "API reference", errors: "Errors" };

/** One frame for every page: no inline style or script, so that the strict policy holds. */
export function shell(page: Page): Html {
  const { title, description, lang = "en", main, aside, narrow = false, words = ENGLISH } = page;
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${description ? html`<meta name="description" content="${description}">` : ""}
${page.indexed === false ? html`<meta name="robots" content="noindex">` : ""}
<link rel="icon" href="/pages/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/pages/site.css?v=${VERSION}">
${aside ? html`<script src="/pages/docs.js?v=${VERSION}" defer></script>` : ""}
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<header class="top">
<a class="mark" href="/"><img src="/pages/mark.svg" alt="" width="28" height="28">Lyceum</a>
<nav aria-label="Lyceum"><a href="/docs">${words.reference}</a><a href="/docs/errors">${words.errors}</a></nav>
</header>
<div class="${frameClass(aside !== undefined, narrow)}">
${aside ?? ""}
<main id="main">
${main}
</main>
</div>
<footer class="bottom"><span>Lyceum ${VERSION}</span><a href="/openapi.json">OpenAPI</a></footer>
</body>
</html>`;
}

function frameClass(withAside: boolean, narrow: boolean): string {
  if (withAside) return "frame beside";
  return narrow ? "frame narrow" : "frame";
}

/** Text with `code` between backticks. */
export const prose = (text: string): Html =>
  html`${text.split("`").map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`;
