import { html } from "hono/html";
import type { Language } from "../../notifications/words.ts";
import { type Html, shell } from "./shell.ts";
import { VERIFY_WORDS } from "./verify-words.ts";

const WORDS = {
  en: {
    title: "Mails from your school",
    ask: "End mails of this kind?",
    lead: "You go on seeing these notices in the application.",
    act: "Unsubscribe",
    done: "Unsubscribed",
    after:
      "You get no more mails of this kind. In your notification preferences you can have them again.",
  },
  ru: {
    title: "Письма вашей школы",
    ask: "Отписаться от таких писем?",
    lead: "В приложении эти уведомления останутся.",
    act: "Отписаться",
    done: "Вы отписались",
    after: "Таких писем больше не будет. Их можно снова включить в настройках уведомлений.",
  },
} as const;

type Ask = { language: Language; kind: string; token?: string };

/** Asks before it acts where a token is given, for whoever opens a link has not clicked yet; else says that it is done. */
export function unsubscribePage({ language, kind, token }: Ask): Html {
  const words = WORDS[language];
  return shell({
    title: `${words.title} · Lyceum`,
    lang: language,
    narrow: true,
    indexed: false,
    words: VERIFY_WORDS[language],
    main: html`<h1>${token === undefined ? words.done : words.ask}</h1>
<p class="lead">${token === undefined ? words.after : words.lead}</p>
<p><code>${kind}</code></p>
${
  token === undefined
    ? ""
    : html`<form method="post" action="/lms/unsubscribe?token=${encodeURIComponent(token)}"><button class="button" type="submit">${words.act}</button></form>`
}`,
  });
}
