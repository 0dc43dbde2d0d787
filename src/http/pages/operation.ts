import { html } from "hono/html";
import { EVERY_MEMBER } from "../../kernel/permission.ts";
import type { Operation, Parameter } from "../openapi-operations.ts";
import type { JsonSchema } from "../openapi-schemas.ts";
import { fieldRow, fieldsOf } from "./fields.ts";
import { sampleOf } from "./samples.ts";
import { type Html, prose } from "./shell.ts";

export type Listed = { method: string; path: string; operation: Operation };

type View = { listed: Listed; resolve: (schema: JsonSchema) => JsonSchema; origin: string };

/** An operation's place on its page. */
export const anchorOf = ({ operationId }: Operation): string =>
  operationId.replaceAll(/[^\w.-]+/g, "-");

/** One operation: what it does, who may, what it takes, what it answers, what it refuses. */
export function operationSection(view: View): Html {
  const { method, path, operation } = view.listed;
  return html`<section class="operation" id="${anchorOf(operation)}" aria-labelledby="${anchorOf(operation)}-title">
<div class="words">
<h2 id="${anchorOf(operation)}-title"><a class="anchor" href="#${anchorOf(operation)}">${prose(operation.summary)}</a></h2>
<p class="route"><span class="method ${method.toLowerCase()}">${method}</span> <code>${breakable(path)}</code></p>
${operation.description ? html`<p>${prose(operation.description)}</p>` : ""}
${whoMay(operation)}
${parameters(view)}
${body(view)}
${answers(view)}
${refusals(operation)}
${byName(operation)}
</div>
<div class="samples">${samples(view)}</div>
</section>`;
}

/** A long path may break after each slash. */
const breakable = (path: string): Html =>
  html`${path.split("/").map((part, at) => (at === 0 ? part : html`/<wbr>${part}`))}`;

function whoMay(operation: Operation): Html {
  const roles = operation["x-roles"];
  if (!roles) {
    const open = operation.security.some((one) => Object.keys(one).length === 0);
    return html`<p class="who"><strong>Who may</strong> ${open ? "anyone" : "who is signed in"}</p>`;
  }
  const isEvery = EVERY_MEMBER.every((role) => roles.any.includes(role));
  if (isEvery) return html`<p class="who"><strong>Who may</strong> every member</p>`;
  const parts = [
    ...roles.any.map((role) => html`<span class="role">${role}</span>`),
    ...roles.own.map((role) => html`<span class="role">${role} <small>of its own</small></span>`),
  ];
  return html`<p class="who"><strong>Who may</strong> ${parts}</p>`;
}

function parameters({ listed: { operation }, resolve }: View): Html {
  const own = operation.parameters.filter((one): one is Parameter => "in" in one);
  const list = (where: Parameter["in"], title: string) => {
    const some = own.filter((one) => one.in === where);
    if (some.length === 0) return "";
    const rows = some.map(({ name, required = false, description, schema }) =>
      fieldRow({
        name,
        field: description ? { ...schema, description } : schema,
        required,
        resolve,
        path: [],
      }),
    );
    return html`<h3>${title}</h3><ul class="fields">${rows}</ul>`;
  };
  return html`${list("path", "Path")}${list("query", "Query")}`;
}

function body({ listed: { operation }, resolve }: View): Html {
  const [[type, content] = []] = Object.entries(operation.requestBody?.content ?? {});
  if (!type || !content) return html``;
  return html`<h3>Body <small>${type}</small></h3>${fieldsOf(content.schema, resolve)}`;
}

function answers({ listed: { operation }, resolve }: View): Html {
  const shown = Object.entries(operation.responses).flatMap(([status, answer]) =>
    "$ref" in answer ? [] : [{ status, answer }],
  );
  return html`<h3>Answers</h3>${shown.map(({ status, answer }) => {
    const types = Object.keys(answer.content ?? {});
    const schema = answer.content?.["application/json"]?.schema;
    return html`<details class="answer"><summary><span class="status">${status}</span> ${answer.description}${types.length > 0 ? html` <small>${types.join(", ")}</small>` : ""}</summary>${schema ? fieldsOf(schema, resolve) : ""}</details>`;
  })}`;
}

function refusals(operation: Operation): Html {
  const codes = Object.entries(operation.responses).flatMap(([status, answer]) => {
    if (!("$ref" in answer) || status === "default") return [];
    const [, ...names] = answer.$ref.split(".");
    return names.map((code) => ({ status, code }));
  });
  const events = operation["x-emits"] ?? [];
  return html`${codes.length === 0 ? "" : html`<h3>Refusals</h3><p class="codes">${codes.map(({ status, code }) => html`<a href="/docs/errors#${code}"><span class="status">${status}</span> ${code}</a> `)}</p>`}
${events.length === 0 ? "" : html`<h3>Events</h3><p class="codes">${events.map((type) => html`<a href="/docs/event-types#${type}">${type}</a> `)}</p>`}`;
}

function byName(operation: Operation): Html {
  const command = operation["x-command"];
  const name = command ?? operation["x-query"];
  if (!name) return html``;
  const path = `/lms/${command ? "commands" : "queries"}/${name}`;
  return html`<p class="by-name">By name, with all fields in the body: <code>POST ${breakable(path)}</code></p>`;
}

function samples({ listed, resolve, origin }: View): Html {
  const { method, path, operation } = listed;
  const json = operation.requestBody?.content["application/json"]?.schema;
  const isOpen = operation.security.some((one) => Object.keys(one).length === 0);
  const needed = operation.parameters.filter(
    (one): one is Parameter => "in" in one && one.in === "query" && one.required === true,
  );
  const query = needed.map((one) => `${one.name}=…`).join("&");
  const request = [
    `curl ${method === "GET" ? "" : `-X ${method} `}'${origin}${path}${query ? `?${query}` : ""}'`,
    ...(isOpen ? [] : ["  -H 'Authorization: Bearer lk_…'"]),
    ...(isOpen && operation["x-query"] ? ["  -H 'X-Org-Id: my-school'"] : []),
    ...(json
      ? [
          "  -H 'Content-Type: application/json'",
          `  -d '${pretty(sampleOf(json, resolve, { brief: true }))}'`,
        ]
      : []),
  ].join(" \\\n");
  const answer = Object.values(operation.responses).find((one) => !("$ref" in one));
  const schema =
    answer && "content" in answer ? answer.content?.["application/json"]?.schema : undefined;
  return html`<figure><figcaption>Request</figcaption><pre tabindex="0"><code>${request}</code></pre></figure>
${schema ? html`<figure><figcaption>Answer</figcaption><pre tabindex="0"><code>${pretty(sampleOf(schema, resolve))}</code></pre></figure>` : ""}`;
}

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);
