import fc from "fast-check";
import { expect, test } from "vitest";
import { peopleOf, peoplePage, presenceChanges } from "../../src/live/presence.ts";
import { canCatchUp, heard, joinFault, type RoomState } from "../../src/live/room.ts";
import { SESSION_STATUSES } from "../../src/live/schema.ts";

const state = (version: number, status: RoomState["status"]): RoomState => ({
  sessionId: "s",
  orgId: "o",
  status,
  version,
  plannedEnd: 0,
});

test("late and doubled news change nothing", () => {
  const known = state(3, "live");
  expect(heard(known, state(3, "ended"))).toBeUndefined();
  expect(heard(known, state(2, "scheduled"))).toBeUndefined();
});

test("a change of status is told, a moved end is not, and the first news are nobody's surprise", () => {
  expect(heard(state(1, "scheduled"), state(2, "live"))).toMatchObject({ told: true });
  expect(heard(state(1, "live"), state(2, "live"))).toMatchObject({ told: false });
  expect(heard(undefined, state(2, "live"))).toMatchObject({ told: false });
});

test("whatever order news come in, the room ends with the highest version", () => {
  const news = fc.array(fc.record({ at: fc.integer({ min: 1, max: 9 }) }), { minLength: 1 });
  fc.assert(
    fc.property(news, (list) => {
      let known: RoomState | undefined;
      for (const { at } of list) known = heard(known, state(at, "live"))?.state ?? known;
      expect(known?.version).toBe(Math.max(...list.map(({ at }) => at)));
    }),
  );
});

test("only a session to come or under way is joined", () => {
  const joinable = SESSION_STATUSES.filter((status) => joinFault(status) === undefined);
  expect(joinable).toEqual(["scheduled", "live"]);
});

test("a client is given what it missed only where nothing of it is gone", () => {
  const kept = { first: 5, last: 9 };
  expect(canCatchUp(undefined, kept)).toBe(false);
  expect(canCatchUp(3, kept)).toBe(false);
  expect(canCatchUp(4, kept)).toBe(true);
  expect(canCatchUp(9, kept)).toBe(true);
  expect(canCatchUp(10, kept)).toBe(false);
  expect(canCatchUp(0, { first: 0, last: 0 })).toBe(false);
});

test("several tabs of one person are one participant, gone with the last of them", () => {
  const tab = { userId: "ada", name: "Ada" };
  const two = peopleOf([tab, tab]);
  expect(two.size).toBe(1);
  expect(presenceChanges(new Map([["ada", "Ada"]]), two)).toEqual([]);
  expect(presenceChanges(two, new Map())).toEqual([{ type: "leave", userId: "ada", name: "Ada" }]);
});

test("changes applied to what was told give exactly those present", () => {
  const people = fc.dictionary(fc.string(), fc.string()).map((one) => new Map(Object.entries(one)));
  fc.assert(
    fc.property(people, people, (told, present) => {
      const after = new Map(told);
      for (const { type, userId, name } of presenceChanges(told, present)) {
        if (type === "join") after.set(userId, name);
        else after.delete(userId);
      }
      expect([...after.keys()].toSorted()).toEqual([...present.keys()].toSorted());
    }),
  );
});

test("pages of participants follow one another without a gap or a repeat", () => {
  const ids = Array.from({ length: 120 }, (_, index) => `u${String(index).padStart(3, "0")}`);
  const present = new Map(ids.toReversed().map((one) => [one, "N"]));
  const seen: string[] = [];
  let after: string | null = "";
  while (after !== null) {
    const { page, next, count } = peoplePage(present, after);
    expect(count).toBe(120);
    seen.push(...page.map(({ userId }) => userId));
    after = next;
  }
  expect(seen).toEqual(ids);
});
