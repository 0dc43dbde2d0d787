import fc from "fast-check";
import { expect, it } from "vitest";
import { orderFault, placed } from "../../src/catalog/order.ts";

const about = { field: "moduleIds", noun: "module", parent: "course" };
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 10,
});

it("takes every permutation, and nothing else", () => {
  fc.assert(
    fc.property(ids, fc.infiniteStream(fc.nat()), (present, numbers) => {
      const shuffled = present
        .map((one) => ({ one, by: numbers.next().value as number }))
        .toSorted((a, b) => a.by - b.by)
        .map(({ one }) => one);
      expect(orderFault(shuffled, present, about)).toBeUndefined();
      expect(orderFault(shuffled.slice(1), present, about)).toBeDefined();
      expect(orderFault([...shuffled, shuffled[0] ?? ""], present, about)).toBeDefined();
      expect(orderFault([...shuffled, "a foreign one"], present, about)).toBeDefined();
    }),
  );
});

it("places one among the others once, at the position or at the end", () => {
  fc.assert(
    fc.property(ids, fc.nat(20), (present, at) => {
      const order = placed(present, "new one", at);
      expect(order.toSorted()).toEqual([...present, "new one"].toSorted());
      expect(order.indexOf("new one")).toBe(Math.min(at, present.length));
      expect(placed(present, present[0] ?? "", undefined).at(-1)).toBe(present[0]);
    }),
  );
});
