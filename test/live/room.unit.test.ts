import fc from "fast-check";
import { expect, test } from "vitest";
import {
  canCatchUp,
  heard,
  joinFault,
  KEPT_BROADCASTS,
  type RoomState,
} from "../../src/live/room.ts";
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
  expect(canCatchUp(undefined, 9)).toBe(false);
  expect(canCatchUp(0, 0)).toBe(false);
  expect(canCatchUp(0, 9)).toBe(true);
  expect(canCatchUp(9, 9)).toBe(true);
  expect(canCatchUp(10, 9)).toBe(false);
  expect(canCatchUp(10, KEPT_BROADCASTS + 10)).toBe(true);
  expect(canCatchUp(9, KEPT_BROADCASTS + 10)).toBe(false);
});
