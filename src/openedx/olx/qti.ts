import type { ComponentInput } from "./course-input.ts";
import { element, escapeText } from "./xml.ts";

type Asked = Extract<ComponentInput, { kind: "problem" }>["question"];

/** A quiz as QTI 1.2 in the profile of Common Cartridge. */
export function assessmentXml(id: string, title: string, questions: readonly Asked[]): string {
  const items = questions.map((one, at) => itemXml(`${id}_${at + 1}`, one)).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    "questestinterop",
    { xmlns: "http://www.imsglobal.org/xsd/ims_qtiasiv1p2" },
    element(
      "assessment",
      { ident: id, title },
      metadata({ cc_profile: "cc.exam.v0p1", qmd_assessmenttype: "Examination" }) +
        element("section", { ident: `${id}_root` }, items),
    ),
  )}\n`;
}

const metadata = (fields: Readonly<Record<string, string>>): string =>
  element(
    "qtimetadata",
    {},
    Object.entries(fields)
      .map(([label, entry]) =>
        element(
          "qtimetadatafield",
          {},
          element("fieldlabel", {}, label) + element("fieldentry", {}, entry),
        ),
      )
      .join(""),
  );

const PROFILE = {
  single: "cc.multiple_choice.v0p1",
  multiple: "cc.multiple_response.v0p1",
  "true-false": "cc.true_false.v0p1",
  "short-text": "cc.fib.v0p1",
  numeric: "cc.fib.v0p1",
} as const;

function itemXml(id: string, question: Asked): string {
  const head = element("itemmetadata", {}, metadata({ cc_profile: PROFILE[question.kind] }));
  const prompt = element("material", {}, mattext(question.prompt));
  const [response, condition] = answerXml(question);
  const outcomes = element(
    "outcomes",
    {},
    element("decvar", { varname: "SCORE", vartype: "Decimal", minvalue: 0, maxvalue: 100 }),
  );
  const score = element("setvar", { action: "Set", varname: "SCORE" }, "100");
  const right = element(
    "respcondition",
    { continue: "No" },
    element("conditionvar", {}, condition) + score,
  );
  return element(
    "item",
    { ident: id },
    head +
      element("presentation", {}, prompt + response) +
      element("resprocessing", {}, outcomes + right),
  );
}

const mattext = (text: string): string =>
  element("mattext", { texttype: "text/plain" }, escapeText(text));

function answerXml(question: Asked): [response: string, condition: string] {
  switch (question.kind) {
    case "single":
      return choices("Single", question.options ?? [], [question.answer]);
    case "multiple":
      return choices("Multiple", question.options ?? [], question.answer);
    case "true-false": {
      const options = [
        { id: "true", text: "True" },
        { id: "false", text: "False" },
      ];
      return choices("Single", options, [String(question.answer)]);
    }
    case "short-text":
      return filled(question.answer);
    case "numeric":
      return filled([String(question.answer.value)]);
  }
}

function choices(
  cardinality: "Single" | "Multiple",
  options: readonly { id: string; text: string }[],
  right: readonly string[],
): [string, string] {
  const labels = options.map(({ id, text }) =>
    element("response_label", { ident: id }, element("material", {}, mattext(text))),
  );
  const response = element(
    "response_lid",
    { ident: "response1", rcardinality: cardinality },
    element("render_choice", {}, labels.join("")),
  );
  const is = (id: string) => element("varequal", { respident: "response1" }, escapeText(id));
  if (cardinality === "Single") return [response, is(right[0] ?? "")];
  const all = options.map(({ id }) => (right.includes(id) ? is(id) : element("not", {}, is(id))));
  return [response, element("and", {}, all.join(""))];
}

const filled = (right: readonly string[]): [string, string] => [
  element("response_str", { ident: "response1", rcardinality: "Single" }, element("render_fib")),
  right
    .map((one) => element("varequal", { respident: "response1", case: "No" }, escapeText(one)))
    .join(""),
];
