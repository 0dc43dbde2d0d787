import { html } from "hono/html";
import { type Html, shell } from "./shell.ts";

export type Home = {
  environment: "development" | "production";
  commands: number;
  queries: number;
  events: number;
};

/** `/`: what stands here, and where to go on. */
export const homePage = ({ environment, commands, queries, events }: Home): Html =>
  shell({
    title: "Lyceum, a learning management system",
    description: "Courses, enrollments, progress, certificates, cohorts and live sessions.",
    main: html`<section class="hero">
<h1>A school that answers close to its learners</h1>
<p class="lead">Lyceum keeps courses, enrollments, progress, certificates, cohorts and live sessions, and gives them to your site and your programs through one API.</p>
<p class="actions"><a class="button" href="/docs">Read the API reference</a><a class="button quiet" href="/health/lms">See its health</a></p>
</section>
<section class="cards" aria-label="What is here">
<a class="card" href="/docs/catalog"><h2>Catalogue</h2><p>Courses in any language, reviewed before they are published, found by full-text search.</p></a>
<a class="card" href="/docs/learning"><h2>Learning</h2><p>Module by module, with progress that never falls back and a reason whenever a door is closed.</p></a>
<a class="card" href="/docs/certification"><h2>Certificates</h2><p>A document in the learner's own script, which anyone can verify by its code.</p></a>
<a class="card" href="/docs/live"><h2>Live sessions</h2><p>Cohorts with seats that are never sold twice, and rooms over WebSockets.</p></a>
</section>
<dl class="figures">
<div><dt>Commands</dt><dd>${commands}</dd></div>
<div><dt>Queries</dt><dd>${queries}</dd></div>
<div><dt>Events</dt><dd>${events}</dd></div>
</dl>
${environment === "development" ? html`<p class="note">This is a development server: the mails it would send are at <a href="/dev/mailbox">/dev/mailbox</a>.</p>` : ""}`,
  });
