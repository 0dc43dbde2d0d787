import { expect, test } from "vitest";
import { cartridgeOf } from "../../../src/openedx/olx/cartridge.ts";
import type { ComponentInput } from "../../../src/openedx/olx/course-input.ts";
import { bucket, sampleCourse } from "./sample.ts";

function courseOf(...components: ComponentInput[]) {
  const input = sampleCourse(1);
  const unit = input.chapters[0]?.sections[0]?.units[0];
  if (!unit) throw new Error("A course of one unit has a unit");
  const contents = async function* () {
    yield { unit, components };
  };
  return { unit, input: { ...input, contents } };
}

test("A cartridge tells what it leaves behind, with the module that it is of", async () => {
  const cartridge = await cartridgeOf(sampleCourse(5), bucket);
  if (!("stream" in cartridge)) throw new Error(JSON.stringify(cartridge.issues));
  expect(new Set(cartridge.warnings.map((one) => one.message))).toEqual(
    new Set([
      "The quiz's pass mark of 60 % is left out: each question counts by itself",
      "The quiz's 3 attempts are left out",
      "Explanations of answers are left out",
      "A number has to be given exactly: its tolerance is left out",
    ]),
  );
  expect(cartridge.warnings.every((one) => one.moduleId)).toBe(true);
});

test.each<[string, ComponentInput, string]>([
  ["content is gone", { kind: "missing", id: "m", what: "file" }, "MISSING_CONTENT"],
  [
    "an image is gone",
    { kind: "html", id: "h", html: '<img src="/files/o/picture/gone/x.png">' },
    "REFERENCED_FILE_EXISTS",
  ],
])("There is no cartridge where %s: an error names the module", async (_, component, code) => {
  const { input, unit } = courseOf(component);
  const refused = await cartridgeOf(input, bucket);
  expect(refused).not.toHaveProperty("stream");
  expect(refused).toMatchObject({
    issues: expect.arrayContaining([
      expect.objectContaining({ code, severity: "error", moduleId: unit.moduleId }),
    ]),
  });
});

test("A unit of nothing is told of, and the rest goes", async () => {
  const { input, unit } = courseOf();
  expect(await cartridgeOf(input, bucket)).toMatchObject({
    warnings: [{ code: "EMPTY_UNIT", moduleId: unit.moduleId }],
  });
});
