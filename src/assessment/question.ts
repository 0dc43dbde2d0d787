import * as z from "zod";
import type { Fault } from "../kernel/error.ts";
import { line, prose } from "../kernel/text.ts";
import { QUESTION_KINDS } from "./schema.ts";

/** How many questions a quiz may have, and how many characters all of them together. */
export const QUESTIONS_MAX = 500;
export const CHARACTERS_MAX = 200_000;
const OPTIONS_MAX = 50;
const GIVEN_MAX = 500;

const option = z.strictObject({ id: line(50), text: line(1_000) });
const numericKey = z.strictObject({ value: z.number(), tolerance: z.number().min(0).default(0) });

/** What an author may set of a question, in `create` as in `update`. */
export const questionFields = {
  kind: z.enum(QUESTION_KINDS),
  prompt: prose(10_000),
  options: z
    .array(option)
    .max(OPTIONS_MAX)
    .nullable()
    .optional()
    .describe("Of single and multiple: two at least, each with an id of its own"),
  answer: z
    .union([
      z.string().max(GIVEN_MAX),
      z.array(z.string().max(GIVEN_MAX)).max(OPTIONS_MAX),
      z.boolean(),
      z.number(),
      numericKey,
    ])
    .describe(
      "single: an option's id; multiple: the right options' ids; true-false: true or false; short-text: what counts as right, one or several; numeric: a number, or { value, tolerance }",
    ),
  points: z.number().min(0.01).max(1_000),
  explanation: prose(5_000).nullable().optional(),
};

export type Option = z.infer<typeof option>;
type NumericKey = z.infer<typeof numericKey>;

/** What is right, by kind. */
type Keys = {
  single: string;
  multiple: string[];
  "true-false": boolean;
  "short-text": string[];
  numeric: NumericKey;
};
export type Kind = keyof Keys;

/** A question as it is asked and graded, in a row as on a paper. */
export type Question = {
  [K in Kind]: {
    id: string;
    kind: K;
    prompt: string;
    options: Option[] | null;
    answer: Keys[K];
    points: number;
    explanation: string | null;
  };
}[Kind];

type Typed = Pick<Question, "kind" | "options" | "answer">;
type Authored = { kind: Kind; options?: Option[] | null | undefined; answer: unknown };

const fault = (path: string, message: string): { faults: Fault[] } => ({
  faults: [{ path, message }],
});

/** A question's options and answer against its kind: as they are kept, or what is wrong with them. */
export function typedQuestion(of: Authored): Typed | { faults: Fault[] } {
  const { kind, answer } = of;
  if (kind === "single" || kind === "multiple") return chosen(kind, of.options ?? [], answer);
  if (of.options) return fault("options", `A ${kind} question has no options`);
  switch (kind) {
    case "true-false":
      return typeof answer === "boolean"
        ? { kind, options: null, answer }
        : fault("answer", "true or false");
    case "short-text": {
      const right = (Array.isArray(answer) ? answer : [answer]).filter(isText);
      return right.length > 0 && right.every((one) => one.trim() !== "")
        ? { kind, options: null, answer: right }
        : fault("answer", "The text that is right, or a list of texts");
    }
    case "numeric": {
      const key = numericKey.safeParse(typeof answer === "number" ? { value: answer } : answer);
      return key.success
        ? { kind, options: null, answer: key.data }
        : fault("answer", "A number, or { value, tolerance }");
    }
  }
}

function chosen(
  kind: "single" | "multiple",
  options: Option[],
  answer: unknown,
): Typed | { faults: Fault[] } {
  const ids = new Set(options.map((one) => one.id));
  if (options.length < 2) return fault("options", "Give two options at least");
  if (ids.size < options.length) return fault("options", "Each option has an id of its own");
  if (kind === "single") {
    return isText(answer) && ids.has(answer)
      ? { kind, options, answer }
      : fault("answer", "The id of the right option");
  }
  const right = Array.isArray(answer) ? [...new Set(answer.filter(isText))] : [];
  return right.length > 0 && right.every((one) => ids.has(one))
    ? { kind, options, answer: right }
    : fault("answer", "The ids of the right options, one at least");
}

const isText = (value: unknown): value is string => typeof value === "string";

type Fields = {
  kind: Kind;
  prompt: string;
  points: number;
  explanation?: string | null | undefined;
};

/** Whatever was sent of a question, held against its kind as a schema's last step. */
export function checkedQuestion<F extends Fields & Authored>(
  input: F,
  ctx: z.RefinementCtx,
): Omit<F, "kind" | "options" | "answer"> & Typed {
  const typed = typedQuestion(input);
  if (!("faults" in typed)) return { ...input, ...typed };
  for (const { path, message } of typed.faults) {
    ctx.addIssue({ code: "custom", path: [path], message });
  }
  return z.NEVER;
}

/** A question as a quiz's content brings it. */
export const newQuestion = z.strictObject(questionFields).transform(checkedQuestion);
export type NewQuestion = z.infer<typeof newQuestion>;

type Sized = Pick<Question, "prompt" | "options" | "answer" | "explanation">;

/** Characters that a question takes on a paper. */
export const sizeOf = ({ prompt, options, answer, explanation }: Partial<Sized>): number =>
  (prompt?.length ?? 0) +
  JSON.stringify(options ?? null).length +
  JSON.stringify(answer ?? null).length +
  (explanation?.length ?? 0);

/** All questions of a quiz's content: so many, and so much text, as a paper holds. */
export const newQuestions = z
  .array(newQuestion)
  .max(QUESTIONS_MAX)
  .refine(
    (all) => all.reduce((sum, one) => sum + sizeOf(one as Partial<Sized>), 0) <= CHARACTERS_MAX,
    {
      message: `All questions together have at most ${CHARACTERS_MAX} characters`,
    },
  );

/** What a learner gives, which is checked against its question; null takes an answer back. */
export const given = z
  .union([
    z.string().max(GIVEN_MAX),
    z.array(z.string().max(50)).max(OPTIONS_MAX),
    z.boolean(),
    z.number(),
    z.null(),
  ])
  .describe(
    "single: an option's id; multiple: options' ids; true-false: true or false; short-text: a text; numeric: a number; null takes it back",
  );
export type Given = z.infer<typeof given>;

/** What is wrong with an answer that no choice of the question's options could be. */
export function givenFault(
  { kind, options }: Pick<Question, "kind" | "options">,
  answer: Given,
): string | undefined {
  if (answer === null) return undefined;
  const has = (one: unknown) => options?.some(({ id }) => id === one) === true;
  switch (kind) {
    case "single":
      return has(answer) ? undefined : "Give the id of one of the options";
    case "multiple":
      return Array.isArray(answer) && new Set(answer).size === answer.length && answer.every(has)
        ? undefined
        : "Give the ids of options as a list, each once";
    case "true-false":
      return typeof answer === "boolean" ? undefined : "Give true or false";
    case "short-text":
      return typeof answer === "string" ? undefined : "Give a text";
    case "numeric":
      return typeof answer === "number" ? undefined : "Give a number";
  }
}
