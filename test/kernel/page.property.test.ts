import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  type Page,
  type PageAsk,
  pageFault,
  pageInput,
  pageOf,
  positionOf,
  windowOf,
} from "../../src/kernel/page.ts";

const asked = z.strictObject(pageInput);
const part = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
);
type Row = { at: number; id: string };

/** The rows as a table gives them: newest first, one more than the page. */
function pageOut(rows: readonly Row[], ask: PageAsk): Page<string> {
  const { limit, offset } = windowOf(ask);
  const [at, id] = (ask.cursor === undefined ? undefined : positionOf(ask.cursor)) ?? [];
  const from = rows.filter(
    (row) => at === undefined || row.at < Number(at) || (row.at === at && row.id < String(id)),
  );
  return pageOf(
    ask,
    from.slice(offset, offset + limit),
    (row) => [row.at, row.id],
    (row) => row.id,
  );
}

const table = fc
  .uniqueArray(fc.uuid({ version: 7 }), { maxLength: 40 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) => fc.record({ at: fc.integer({ min: 0, max: 3 }), id: fc.constant(id) })),
    ),
  )
  .map((rows) => (rows as Row[]).toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)));

describe("a cursor", () => {
  test("brings any position back, letters of any script too", () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (position) => {
        const page = pageOf({ limit: 1 }, [0, 1], () => position, String);
        expect(page.nextCursor).toMatch(/^[\w-]+$/);
        const known = position.map((one) => (typeof one === "string" ? one.toWellFormed() : one));
        expect(positionOf(page.nextCursor ?? "")).toEqual(known);
      }),
    );
  });

  test("that no page gave is refused, and nothing is thrown", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (cursor) => {
        const known = positionOf(cursor);
        const fault = pageFault({ limit: 20, cursor });
        expect(fault === undefined).toBe(known !== undefined);
        if (fault)
          expect(fault).toMatchObject({
            refused: "VALIDATION_FAILED",
            errors: [{ path: "cursor" }],
          });
      }),
    );
    for (const json of [
      "{}",
      "[]",
      "null",
      "[null]",
      "[[1]]",
      "[1,2,3,4,5]",
      "[1e999]",
      "[true]",
      '"a"',
      "[",
      "",
    ]) {
      expect(positionOf(btoa(json))).toBeUndefined();
    }
  });
});

describe("pages of a table", () => {
  test("by cursor give every row once, in order, and end", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 7 }), (rows, limit) => {
        const seen: string[] = [];
        let page = pageOut(rows, { limit });
        for (let pages = 0; pages <= rows.length + 1; pages++) {
          seen.push(...page.data);
          expect(page.hasMore).toBe(page.nextCursor !== null);
          expect(page.data.length).toBeLessThanOrEqual(limit);
          if (page.nextCursor === null) break;
          page = pageOut(rows, { limit, cursor: page.nextCursor });
          expect(page.page).toBeNull();
        }
        expect(page.nextCursor).toBeNull();
        expect(seen).toEqual(rows.map((one) => one.id));
      }),
    );
  });

  test("by number give the same rows", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 7 }), (rows, limit) => {
        const pages = Array.from({ length: Math.ceil(rows.length / limit) + 1 }, (_, at) =>
          pageOut(rows, { limit, page: at + 1 }),
        );
        expect(pages.flatMap((one) => one.data)).toEqual(rows.map((one) => one.id));
        expect(pages.map((one) => one.page)).toEqual(pages.map((_, at) => at + 1));
      }),
    );
  });

  test("a bounded scan may come short and still goes on", () => {
    const page = pageOf({ limit: 20 }, [1], (at) => [at], String, [9]);
    expect(page).toMatchObject({ data: ["1"], hasMore: true });
    expect(positionOf(page.nextCursor ?? "")).toEqual([9]);
  });
});

describe("what a list is asked for", () => {
  test("has 20 rows where nobody says otherwise, and 1 to 100", () => {
    expect(asked.parse({})).toEqual({ limit: 20 });
    expect(asked.parse({ limit: "100", page: "2" })).toEqual({ limit: 100, page: 2 });
    for (const limit of [0, 101, -1, 1.5, "ten", Number.NaN]) {
      expect(asked.safeParse({ limit }).success, String(limit)).toBe(false);
    }
  });

  test("by number ends at row 1 000; the cursor goes on", () => {
    expect(pageFault({ limit: 100, page: 10 })).toBeUndefined();
    expect(pageFault({ limit: 100, page: 11 })).toMatchObject({
      refused: "VALIDATION_FAILED",
      errors: [{ path: "page" }],
    });
    const { nextCursor } = pageOf({ limit: 1 }, [1, 2], (at) => [at], String);
    expect(pageFault({ limit: 100, page: 11, cursor: nextCursor ?? "" })).toBeUndefined();
  });
});
