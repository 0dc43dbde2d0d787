import type { Identity } from "./room.ts";

/** How long joins and leaves are gathered before they are told as one message. */
export const GATHER_MS = 250;
const PAGE_PEOPLE = 50;

export type PresenceChange = { type: "join" | "leave"; userId: string; name: string };

/** People behind sockets, by id; several tabs of one person are one participant. */
export const peopleOf = (sockets: readonly Identity[]): ReadonlyMap<string, string> =>
  new Map(sockets.map(({ userId, name }) => [userId, name]));

/** What those connected have not been told yet, by id. Who came and went in between is never mentioned. */
export function presenceChanges(
  told: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, string>,
): PresenceChange[] {
  const joined = [...present].filter(([userId]) => !told.has(userId));
  const left = [...told].filter(([userId]) => !present.has(userId));
  return [
    ...joined.map(([userId, name]) => ({ type: "join" as const, userId, name })),
    ...left.map(([userId, name]) => ({ type: "leave" as const, userId, name })),
  ].toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
}

/** Participants in the order of their ids, a page from after the one named; `next` names the last. */
export function peoplePage(present: ReadonlyMap<string, string>, after = "") {
  const rest = [...present]
    .filter(([userId]) => userId > after)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const page = rest.slice(0, PAGE_PEOPLE).map(([userId, name]) => ({ userId, name }));
  const next = rest.length > PAGE_PEOPLE ? (page.at(-1)?.userId ?? null) : null;
  return { count: present.size, page, next };
}

/** The same with no name beside this person's id, however deep. */
export function withoutName(data: unknown, userId: string): unknown {
  if (Array.isArray(data)) return data.map((one) => withoutName(one, userId));
  if (typeof data !== "object" || data === null) return data;
  const fields = Object.entries(data).map(([name, value]) => [name, withoutName(value, userId)]);
  const copy: Record<string, unknown> = Object.fromEntries(fields);
  return copy.userId === userId && "name" in copy ? { ...copy, name: "" } : copy;
}
