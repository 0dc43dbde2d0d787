import { html } from "hono/html";
import { CODES } from "../../kernel/error.ts";
import type { OpenApi } from "../openapi.ts";
import type { JsonSchema } from "../openapi-schemas.ts";
import { AREAS } from "../openapi-words.ts";
import { PROBLEM_CODES } from "../problem-codes.ts";
import { STATUS } from "../problems.ts";
import { guide, guideLinks } from "./guide.ts";
import { anchorOf, type Listed, operationSection } from "./operation.ts";
import { type Html, prose, shell } from "./shell.ts";

const BY_NAME = /^\/lms\/(?:commands|queries)\/lms\./;

/** Operations by area, in the order in which a reader meets them; those by name stand with their route. */
export function areasOf(
  document: OpenApi,
): { area: string; title: string; operations: Listed[] }[] {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
  const routed = new Set(
    all
      .filter(({ path }) => !BY_NAME.test(path))
      .flatMap(({ operation }) => operation["x-command"] ?? operation["x-query"] ?? []),
  );
  const shown = all.filter(({ path, operation }) => {
    const name = operation["x-command"] ?? operation["x-query"] ?? "";
    return !BY_NAME.test(path) || !routed.has(name);
  });
  const byArea = Map.groupBy(shown, ({ operation }) => operation.tags[0] ?? "reference");
  const order = Object.keys(AREAS);
  const place = (area: string) => (order.indexOf(area) + order.length + 1) % (order.length + 1);
  return [...byArea]
    .toSorted(([a], [b]) => place(a) - place(b))
    .map(([area, operations]) => ({ area, title: AREAS[area]?.title ?? area, operations }));
}

export const resolverOf =
  (document: OpenApi) =>
  (schema: JsonSchema): JsonSchema => {
    if (schema.$ref === undefined) return schema;
    const schemas: Record<string, JsonSchema> = document.components.schemas;
    return schemas[schema.$ref.slice("#/components/schemas/".length)] ?? {};
  };

export function sidebar(document: OpenApi, current: string): Html {
  const areas = areasOf(document);
  const operationsOf = (operations: readonly Listed[]) =>
    html`<ul>${operations.map(
      ({ operation }) =>
        html`<li><a href="#${anchorOf(operation)}">${prose(operation.summary)}</a></li>`,
    )}</ul>`;
  const link = (href: string, title: string, here: boolean) =>
    here
      ? html`<a href="${href}" aria-current="page">${title}</a>`
      : html`<a href="${href}">${title}</a>`;
  return html`<aside class="side"><details open><summary>Contents</summary><nav aria-label="Reference">
<ul>
<li>${link("/docs", "Start here", current === "")}${current === "" ? guideLinks : ""}</li>
${areas.map(
  ({ area, title, operations }) =>
    html`<li>${link(`/docs/${area}`, title, area === current)}${area === current ? operationsOf(operations) : ""}</li>`,
)}
<li>${link("/docs/event-types", "Event types", current === "event types")}</li>
<li>${link("/docs/errors", "Error codes", current === "errors")}</li>
</ul>
</nav></details></aside>`;
}

/** `/docs`: what to know once, and every operation on one page, to be searched. */
export const indexPage = (document: OpenApi, origin: string): Html =>
  shell({
    title: "API reference · Lyceum",
    aside: sidebar(document, ""),
    main: html`<h1>API reference</h1>
<p class="lead">JSON over HTTPS. The same as an <a href="/openapi.json">OpenAPI 3.1 document</a>.</p>
<search class="find" hidden><label for="find">Find an operation</label><input id="find" type="search" autocomplete="off" spellcheck="false" placeholder="enroll, certificate, POST …"><p id="found" role="status"></p></search>
<section id="operations" aria-label="All operations">
${areasOf(document).map(
  ({
    area,
    title,
    operations,
  }) => html`<section class="index"><h2><a href="/docs/${area}">${title}</a></h2>
<ul>${operations.map(
    ({ method, path, operation }) =>
      html`<li><a href="/docs/${area}#${anchorOf(operation)}"><span class="method ${method.toLowerCase()}">${method}</span><code>${path}</code><span class="what">${prose(operation.summary)}</span></a></li>`,
  )}</ul></section>`,
)}
</section>
${guide(origin)}`,
  });

/** `/docs/{area}`: its operations in full; undefined where there is no such area. */
export function areaPage(document: OpenApi, origin: string, wanted: string): Html | undefined {
  const found = areasOf(document).find(({ area }) => area === wanted);
  if (!found) return undefined;
  const resolve = resolverOf(document);
  return shell({
    title: `${found.title} · API reference · Lyceum`,
    aside: sidebar(document, wanted),
    main: html`<h1>${found.title}</h1>
<p class="lead">${AREAS[wanted]?.summary ?? ""}</p>
${found.operations.map((listed) => operationSection({ listed, resolve, origin }))}`,
  });
}

/** `/docs/errors`: where every problem's `type` leads. */
export const errorsPage = (document: OpenApi): Html =>
  shell({
    title: "Error codes · Lyceum",
    aside: sidebar(document, "errors"),
    main: html`<h1>Error codes</h1>
<p class="lead">Every refusal is <code>application/problem+json</code> by RFC 9457. The code is stable; its sentence may change.</p>
<dl class="errors">
${CODES.map(
  (
    code,
  ) => html`<div id="${code}"><dt><span class="status">${STATUS[code]}</span> <code>${code}</code></dt>
<dd><p>${prose(PROBLEM_CODES[code].meaning)}</p><p><strong>What to do.</strong> ${prose(PROBLEM_CODES[code].remedy)}</p></dd></div>`,
)}
</dl>`,
  });
