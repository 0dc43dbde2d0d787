import { html } from "hono/html";
import type { Registry } from "../../kernel/context.ts";
import type { OpenApi } from "../openapi.ts";
import { schemaName } from "../openapi-operations.ts";
import { newSchemas } from "../openapi-schemas.ts";
import { fieldsOf } from "./fields.ts";
import { sidebar } from "./reference.ts";
import { type Html, shell } from "./shell.ts";

/** `/docs/event-types`: every event type, its payload, and the commands that record it. */
export function eventTypesPage(document: OpenApi, registry: Registry): Html {
  const schemas = newSchemas();
  const commands = [...registry.commands.values()];
  const types = [...registry.events.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1));
  return shell({
    title: "Event types · Lyceum",
    aside: sidebar(document, "event types"),
    main: html`<h1>Event types</h1>
<p class="lead">What commands record, as <code>GET /lms/admin/events</code> shows it. Each is numbered within its root; a payload holds ids and figures, never a person's name or words.</p>
${types.map(
  (of) => html`<section class="event" id="${of.type}">
<h2><a class="anchor" href="#${of.type}">${of.type}</a> <small>${of.root}, version ${of.version}</small></h2>
${recordedBy(commands.filter((one) => one.emits.some(({ type }) => type === of.type)).map((one) => one.type))}
${fieldsOf(schemas.refOf(schemaName(of.type), of.payload, "output"), schemas.resolve)}
</section>`,
)}`,
  });
}

const recordedBy = (commands: readonly string[]): Html =>
  commands.length === 0
    ? html``
    : html`<p class="who"><strong>Recorded by</strong> ${commands.map((type) => html`<code>${type}</code> `)}</p>`;
