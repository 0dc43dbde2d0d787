/** How long joins, leaves, hands, reactions and votes are gathered before they are told as one message of each. */
export const GATHER_MS = 250;
/** Participants in a page. */
export const PAGE_PEOPLE = 50;

const PERSONAL = ["name", "text"];

/** The same with no name and no words beside this person's id, however deep. */
export function withoutPerson(data: unknown, userId: string): unknown {
  if (Array.isArray(data)) return data.map((one) => withoutPerson(one, userId));
  if (typeof data !== "object" || data === null) return data;
  const fields = Object.entries(data).map(([field, value]) => [
    field,
    withoutPerson(value, userId),
  ]);
  const copy: Record<string, unknown> = Object.fromEntries(fields);
  if (copy.userId !== userId) return copy;
  const blanked = PERSONAL.filter((field) => field in copy).map((field) => [field, ""]);
  return { ...copy, ...Object.fromEntries(blanked) };
}
