import { expect, test } from "vitest";
import { shortMemory } from "../../src/http/short-memory.ts";

const KEPT_MS = 30_000;
const memory = () => shortMemory<string>({ keptMs: KEPT_MS, max: 2 });

test("what has ended is remembered anew, or every later request would ask the database", () => {
  const kept = memory();
  kept.put("demo", "the same value", KEPT_MS);
  expect(kept.get("demo", KEPT_MS)).toBeUndefined();
  kept.put("demo", "the same value", 2 * KEPT_MS);
  expect(kept.get("demo", KEPT_MS + 1)).toBe("the same value");
});

test("what is there stays until its own end, however often it is put", () => {
  const kept = memory();
  kept.put("demo", "value", 1_000);
  kept.put("demo", "value", 20_000);
  expect(kept.get("demo", 1_000)).toBeUndefined();
});

test("a clock set back keeps nothing for longer than it was meant to be", () => {
  const kept = memory();
  kept.put("demo", "value", 100_000 + KEPT_MS);
  expect(kept.get("demo", 50_000)).toBeUndefined();
});

test("it is bounded: what came first goes first", () => {
  const kept = memory();
  for (const key of ["a", "b", "c"]) kept.put(key, key, 1_000);
  expect(kept.get("a", 0)).toBeUndefined();
  expect(kept.get("c", 0)).toBe("c");
});
