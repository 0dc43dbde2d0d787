import { expect } from "vitest";
import { newId } from "../../src/kernel/id.ts";
import { type Answer, type Json, rows } from "./world.ts";

/** What a refusal says, without what is each request's own. */
export function said({ status, body }: Answer): Json {
  const { instance: _, correlationId: __, ...rest } = body;
  return { ...rest, status };
}

/** A foreign id gives what a missing one gives, to the letter. */
export async function expectForeignIsMissing(
  foreignId: string,
  entity: string,
  request: (id: string) => Promise<Answer>,
): Promise<void> {
  const foreign = said(await request(foreignId));
  expect(foreign).toMatchObject({ status: 404, code: "NOT_FOUND", detail: `${entity} not found` });
  expect(foreign).toEqual(said(await request(newId())));
}

/** Refused with its code, and not a row of the log more than before. */
export async function expectRefused(
  orgId: string,
  refusal: Json,
  request: () => Promise<Answer>,
): Promise<Answer> {
  const before = await logged(orgId);
  const answer = await request();
  expect(said(answer)).toMatchObject(refusal);
  expect(await logged(orgId)).toBe(before);
  return answer;
}

async function logged(orgId: string): Promise<number> {
  const [count] = await rows<{ n: number }>(
    "SELECT count(*) AS n FROM domain_event_log WHERE organization_id = ?",
    orgId,
  );
  return count?.n ?? 0;
}
