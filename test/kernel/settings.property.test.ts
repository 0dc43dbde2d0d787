import fc from "fast-check";
import { expect, test } from "vitest";
import { settingLevels, settingsChanged, settingsOf } from "../../src/kernel/settings.ts";

const hours = fc.record({ seatHoldHours: fc.integer({ min: 1, max: 99 }) }, { requiredKeys: [] });
const level = fc.record({ defaults: hours }, { requiredKeys: [] });
const change = fc.record({
  defaults: fc.record(
    { seatHoldHours: fc.option(fc.integer({ min: 1, max: 99 })) },
    { requiredKeys: [] },
  ),
});

test("what stands after a change is what was said last, or the value of the level named", () => {
  fc.assert(
    fc.property(level, level, change, (deployment, own, said) => {
      const { own: after, updatedFields } = settingsChanged(own, said);
      const { seatHoldHours } = settingsOf(deployment, after).defaults;
      const asked = said.defaults.seatHoldHours;
      const kept = asked === undefined ? own.defaults?.seatHoldHours : (asked ?? undefined);
      const below = deployment.defaults?.seatHoldHours;
      expect(seatHoldHours).toBe(kept ?? below ?? 72);
      expect(settingLevels(deployment, after).defaults.seatHoldHours).toBe(
        kept !== undefined ? "organization" : below !== undefined ? "deployment" : "built-in",
      );
      expect(updatedFields.length > 0).toBe(kept !== own.defaults?.seatHoldHours);
    }),
  );
});
