import { html } from "hono/html";
import { type Html, shell } from "./shell.ts";
import { VERIFY_WORDS, verifyLanguage } from "./verify-words.ts";

export type Verified = {
  valid: boolean;
  status: "valid" | "expired" | "revoked" | "unknown";
  learnerName: string | null;
  courseTitle: string | null;
  /** ISO 8601. */
  issuedAt: string | null;
  expiresAt?: string | null | undefined;
};

type VerifyPage = {
  result: Verified;
  /** The public address of the deployment, without a slash at the end. */
  origin: string;
  code: string;
  acceptLanguage: string | undefined;
};

const SIGNS = { valid: "✓", expired: "!", revoked: "✕", unknown: "?" } as const;

/** What stands behind a certificate's QR code, in English or Russian; names keep their own script. */
export function verifyPage({ result, origin, code, acceptLanguage }: VerifyPage): Html {
  const language = verifyLanguage(acceptLanguage);
  const words = VERIFY_WORDS[language];
  const { status } = result;
  const day = (at: string) =>
    html`<time datetime="${at}">${new Date(at).toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" })}</time>`;
  const fact = (label: string, value: Html | string) =>
    html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  return shell({
    title: `${words.headings[status]} · Lyceum`,
    lang: language,
    narrow: true,
    indexed: false,
    words,
    main: html`<article class="certificate ${status}">
<p class="kind">${words.title}</p>
<p class="sign" aria-hidden="true">${SIGNS[status]}</p>
<h1>${words.headings[status]}</h1>
<p class="lead">${words.explanations[status]}</p>
${status === "unknown" ? "" : holder(result, words)}
<dl class="facts">
${result.issuedAt ? fact(words.issued, day(result.issuedAt)) : ""}
${result.expiresAt ? fact(words.expires, day(result.expiresAt)) : ""}
${fact(words.code, html`<code>${code}</code>`)}
</dl>
<p class="address"><bdi>${origin}/lms/verify/${code}</bdi></p>
</article>`,
  });
}

type Words = (typeof VERIFY_WORDS)[keyof typeof VERIFY_WORDS];

/** `dir=auto` and an empty `lang`: a name may be in any script, and the page knows no language of it. */
const holder = ({ learnerName, courseTitle }: Verified, words: Words): Html =>
  html`<dl class="holder">
<div><dt>${words.learner}</dt>${
    learnerName === null
      ? html`<dd>${words.erased}</dd>`
      : html`<dd class="name" dir="auto" lang="">${learnerName}</dd>`
  }</div>
<div><dt>${words.course}</dt><dd class="course" dir="auto" lang="">${courseTitle ?? "—"}</dd></div>
</dl>`;
