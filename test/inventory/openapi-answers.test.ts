import { beforeAll, expect, test, vi } from "vitest";
import { documentOf } from "../../src/http/openapi.ts";
import { lms } from "../../src/lms.ts";
import { newOrganization, type Person, type World } from "../harness/world.ts";
import { pathNames, send, type Target, targetsOf } from "./fuzz.ts";
import { type Ids, seeded } from "./seeded.ts";

const document = documentOf(lms);
const reads = targetsOf(document).filter(
  ({ method, operation }) =>
    method === "GET" &&
    operation["x-query"] !== undefined &&
    lms.queries.get(operation["x-query"])?.download === undefined,
);

let world: World;
let ids: Ids;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

beforeAll(async () => {
  world = await newOrganization();
  ids = await seeded(world, "Botany");
});

/** What a GET has to be asked with. */
const QUERIES: Record<string, (known: Ids) => string> = {
  "/lms/search": () => "q=botany",
  "/lms/openedx/courses/{courseId}/status": (known) =>
    `configurationId=${known.lms_configurations}`,
};

/** The answers that a GET gives to anybody; which of the organization's ids it takes, the first who is answered shows. */
async function answersTo(target: Target): Promise<unknown[]> {
  const people: Person[] = [world.admin, world.instructor, world.reviewer, world.learner];
  const names = pathNames(target);
  let given = names.length === 0 ? [""] : Object.values(ids);
  const answers: unknown[] = [];
  for (const person of people) {
    const taken: string[] = [];
    for (const id of given) {
      const path = Object.fromEntries(
        names.map((name) => [
          name,
          oneOf(target, name) ??
            (name === "moduleId" && names.length > 1 ? ids.lms_course_modules : id),
        ]),
      );
      const query = QUERIES[target.path]?.(ids) ?? "";
      const got = await send(target, {
        path,
        query,
        headers: { authorization: `Bearer ${person.key}` },
      });
      if (got.status === 200 && got.type.startsWith("application/json")) {
        answers.push(JSON.parse(got.text));
        taken.push(id);
      }
    }
    if (taken.length > 0) given = taken;
  }
  return answers;
}

/** What a path's parameter is, where it can only be one of a few. */
function oneOf({ operation }: Target, name: string): string | undefined {
  const parameter = operation.parameters.find((one) => "name" in one && one.name === name);
  return parameter && "schema" in parameter ? parameter.schema.enum?.[0]?.toString() : undefined;
}

/** JSON with its keys sorted: a schema's order is no difference. */
const inOrder = (whole: unknown): string =>
  JSON.stringify(whole, (_, value) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

test("every GET answers somebody, and just what the document says it does", async () => {
  const silent: string[] = [];
  const wrong: string[] = [];
  for (const target of reads) {
    const type = target.operation["x-query"] ?? "";
    const output = lms.queries.get(type)?.output;
    const answers = await answersTo(target);
    if (answers.length === 0) silent.push(`${type} ${target.path}`);
    for (const answer of answers) {
      const parsed = output?.safeParse(answer);
      if (!parsed?.success) wrong.push(`${type}: ${parsed?.error.message.slice(0, 300)}`);
      else if (inOrder(parsed.data) !== inOrder(answer))
        wrong.push(`${type}: fields beyond the schema`);
    }
  }
  expect({ silent, wrong: [...new Set(wrong)] }).toEqual({ silent: [], wrong: [] });
});
