import { expect, it } from "vitest";
import { later, loadAll } from "../../src/kernel/later.ts";

it("costs nothing until it is asked for, and is evaluated once however many ask", async () => {
  let evaluated = 0;
  const table = later("The table", async () => ({ size: ++evaluated }));
  expect(evaluated).toBe(0);
  await loadAll([table]);
  await loadAll([table]);
  expect(table.loaded).toEqual({ size: 1 });
});

it("says who forgot to load it, so that no command works by another's luck alone", () => {
  const table = later("The table", async () => 1);
  expect(() => table.loaded).toThrow("The table is used by what does not load it");
});

it("is tried again after a load that failed", async () => {
  let tries = 0;
  const table = later("The table", async () => {
    tries += 1;
    if (tries === 1) throw new Error("unreachable");
    return "here";
  });
  await expect(loadAll([table])).rejects.toThrow("unreachable");
  await loadAll([table]);
  expect(table.loaded).toBe("here");
});
