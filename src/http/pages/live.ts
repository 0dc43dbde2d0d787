import { html } from "hono/html";
import type { Language } from "../../notifications/statements.ts";
import { VERSION } from "../../version.ts";
import type { Html } from "./shell.ts";

const WORDS = {
  en: {
    title: "Live session",
    skip: "Skip to the session",
    loading: "Opening the session…",
    noScript: "This page needs JavaScript: switch it on in your browser and load the page again.",
  },
  ru: {
    title: "Занятие",
    skip: "Перейти к занятию",
    loading: "Открываем занятие…",
    noScript: "Этой странице нужен JavaScript: включите его в браузере и загрузите страницу снова.",
  },
} as const;

/** The frame of a live session; what is in it comes by its script, in the language of whoever signs in. */
export function livePage({ sessionId, language }: { sessionId: string; language: Language }): Html {
  const words = WORDS[language];
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>${words.title} · Lyceum</title>
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="/pages/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/pages/live.css?v=${VERSION}">
<script type="module" src="/pages/live.js?v=${VERSION}"></script>
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<header class="brand"><a class="mark" href="/"><img src="/pages/mark.svg" alt="" width="24" height="24">Lyceum</a></header>
<main id="main" tabindex="-1" data-session="${sessionId}">
<p class="loading">${words.loading}</p>
<noscript><p class="loading">${words.noScript}</p></noscript>
</main>
</body>
</html>`;
}
