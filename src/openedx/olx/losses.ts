import type { ComponentInput, CourseInput } from "./course-input.ts";
import type { ValidationIssue } from "./issue.ts";

/** What a unit says that neither OLX nor a Common Cartridge has a word for. */
export function lossesOf(components: readonly ComponentInput[]): string[] {
  const said = new Set<string>();
  for (const one of components) for (const loss of lossOf(one)) said.add(loss);
  return [...said];
}

function lossOf(one: ComponentInput): string[] {
  switch (one.kind) {
    case "problem": {
      const { timeLimitSec, draw, shuffle, passingScore } = one.quiz;
      const { question } = one;
      const isVariable =
        question.kind === "short-text" && question.answer.some((of) => of.includes("$"));
      return [
        `The quiz's pass mark of ${passingScore} % is left out: each question counts by itself`,
        ...(timeLimitSec === null
          ? []
          : [`The quiz's time limit of ${timeLimitSec} s is left out`]),
        ...(draw === null ? [] : [`The quiz asks all questions: ${draw} were to be drawn`]),
        ...(shuffle ? ["The quiz's questions keep their order: they were to be shuffled"] : []),
        ...(isVariable ? ["An answer with $ may be read as a variable"] : []),
      ];
    }
    case "assignment":
      return [
        `The assignment's pass mark of ${one.passingScore} of ${one.maxScore} is left out`,
        ...one.left.map((field) => `The assignment's ${field} is left out`),
      ];
    case "session":
      return ["The live session goes as a text of its time and links"];
    default:
      return [];
  }
}

/** What a course itself has that no other system is told of. */
export const courseLossesOf = ({ left }: CourseInput): ValidationIssue[] =>
  left.map(({ field, count }) => ({
    path: field,
    message: `${count} × ${field}: no place for it in the bundle`,
    severity: "warning",
    code: "NOT_EXPRESSIBLE",
  }));
