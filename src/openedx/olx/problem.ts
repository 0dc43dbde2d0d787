import type { ComponentInput } from "./course-input.ts";
import { displayName, element, escapeText } from "./xml.ts";

type Problem = Extract<ComponentInput, { kind: "problem" }>;
type Asked = Problem["question"];

/** True and false in the languages of the sources; learners read them as choices. */
const TRUTH: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  ar: ["صحيح", "خطأ"],
  bn: ["সত্য", "মিথ্যা"],
  de: ["Richtig", "Falsch"],
  en: ["True", "False"],
  es: ["Verdadero", "Falso"],
  fr: ["Vrai", "Faux"],
  hi: ["सही", "गलत"],
  id: ["Benar", "Salah"],
  it: ["Vero", "Falso"],
  ja: ["正しい", "誤り"],
  ko: ["참", "거짓"],
  ms: ["Betul", "Salah"],
  pl: ["Prawda", "Fałsz"],
  pt: ["Verdadeiro", "Falso"],
  ru: ["Верно", "Неверно"],
  th: ["ถูก", "ผิด"],
  tr: ["Doğru", "Yanlış"],
  vi: ["Đúng", "Sai"],
  zh: ["正确", "错误"],
};

/** A question as a problem that the platform grades by itself. */
export function problemXml(
  { question, quiz }: Problem,
  { title, language }: { title: string; language: string },
): string {
  return element(
    "problem",
    {
      display_name: displayName(title),
      max_attempts: quiz.maxAttempts,
      weight: question.points,
      showanswer: "finished",
      rerandomize: "never",
    },
    responseXml(question, language),
  );
}

function responseXml(question: Asked, language: string): string {
  const label = element("label", {}, lines(question.prompt));
  const after = solutionXml(question.explanation);
  switch (question.kind) {
    case "single":
    case "multiple": {
      const right: readonly string[] =
        question.kind === "single" ? [question.answer] : question.answer;
      const choices = (question.options ?? []).map(({ id, text }) =>
        choiceXml(id, text, right.includes(id)),
      );
      return choicesXml(question.kind, label, choices.join(""), after);
    }
    case "true-false": {
      const [yes, no] = TRUTH[language.slice(0, 2).toLowerCase()] ?? ["True", "False"];
      const choices =
        choiceXml("true", yes, question.answer) + choiceXml("false", no, !question.answer);
      return choicesXml("single", label, choices, after);
    }
    case "short-text": {
      const [first = "", ...others] = question.answer;
      const more = others.map((one) => element("additional_answer", { answer: one })).join("");
      const body = label + more + element("textline", { size: 30 }) + after;
      return element("stringresponse", { answer: first, type: "ci" }, body);
    }
    case "numeric": {
      const { value, tolerance } = question.answer;
      const within = element("responseparam", { type: "tolerance", default: tolerance });
      const body = label + within + element("formulaequationinput") + after;
      return element("numericalresponse", { answer: value }, body);
    }
  }
}

const choicesXml = (kind: "single" | "multiple", label: string, choices: string, after: string) =>
  kind === "single"
    ? element(
        "multiplechoiceresponse",
        {},
        label + element("choicegroup", { type: "MultipleChoice" }, choices) + after,
      )
    : element("choiceresponse", {}, label + element("checkboxgroup", {}, choices) + after);

/** The option's id as its name keeps learners' answers where options move. */
const choiceXml = (id: string, text: string, correct: boolean): string =>
  element("choice", { correct, name: /^[\w-]+$/.test(id) ? id : null }, lines(text));

const solutionXml = (explanation: string | null): string =>
  explanation === null
    ? ""
    : element(
        "solution",
        {},
        element("div", { class: "detailed-solution" }, element("p", {}, lines(explanation))),
      );

const lines = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map(escapeText)
    .join("<br/>");
