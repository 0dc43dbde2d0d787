import { html } from "hono/html";
import type { Html } from "./shell.ts";

const PARTS = {
  who: "Who calls",
  errors: "Errors",
  lists: "Lists",
  idempotency: "Repeating a request",
  versions: "Versions",
  values: "Values",
  limits: "Limits",
} as const;

/** What every caller has to know once. */
export const guide = (origin: string): Html => html`<section class="guide" id="guide">
<h2>Before the first request</h2>
<h3 id="who">${PARTS.who}</h3>
<p>Programs send an API key: <code>Authorization: Bearer lk_…</code>. A member makes it for itself at <code>POST /auth/api-key/create</code>; it is shown once, speaks for one organization, and can be narrowed by roles and scopes. Browsers sign in at <code>POST /auth/sign-in/email</code> and carry a cookie. A configured identity provider's JWT goes into the same header as a key.</p>
<p>A person in several organizations chooses one with <code>X-Org-Id</code>. A caller who is not signed in names the organization with <code>X-Org-Id</code>, with <code>?org=slug</code> or by the host.</p>
<pre tabindex="0"><code>curl '${origin}/lms/courses?limit=5' -H 'X-Org-Id: my-school'</code></pre>
<h3 id="errors">${PARTS.errors}</h3>
<p>An error is <code>application/problem+json</code> with a stable <code>code</code>, a <code>detail</code> that says what to do, and <code>errors</code> with the path of each fault. <a href="/docs/errors">All codes</a>. What belongs to another organization is 404, exactly as what does not exist.</p>
<h3 id="lists">${PARTS.lists}</h3>
<p>Lists take <code>limit</code> (1 to 100) and answer <code>{ data, page, limit, hasMore, nextCursor }</code>. Send <code>nextCursor</code> back as <code>cursor</code>; <code>page</code> reaches the first 1 000 rows. A page may come short and still have a <code>nextCursor</code>.</p>
<h3 id="idempotency">${PARTS.idempotency}</h3>
<p>Any POST that is a command takes <code>Idempotency-Key</code>, up to 255 characters, kept for 24 hours. The same key with the same payload gives the first answer again, with <code>Idempotent-Replayed: true</code>; with another payload it is 409.</p>
<h3 id="versions">${PARTS.versions}</h3>
<p>A GET of one entity carries an <code>ETag</code>, as <code>"v3"</code>. Send it back as <code>If-Match</code> with a change, and the change is refused with 412 if somebody was faster.</p>
<h3 id="values">${PARTS.values}</h3>
<p>Instants are ISO 8601 in UTC. Money is <code>{ "amount": 4900, "currency": "EUR" }</code> in the currency's minor unit. Ids are UUIDs; a course may be named by its slug as well.</p>
<h3 id="limits">${PARTS.limits}</h3>
<p>100 requests in 10 seconds for each caller, 5 sign-ins a minute; past that 429 with <code>Retry-After</code>. A JSON body may have 1 MiB. Every answer has <code>X-Correlation-Id</code>, by which the audit log finds what a request led to.</p>
</section>`;

export const guideLinks: Html = html`<ul>${Object.entries(PARTS).map(
  ([id, title]) => html`<li><a href="#${id}">${title}</a></li>`,
)}</ul>`;
