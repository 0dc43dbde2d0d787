import type { ImportedAssignment, ImportedQuestion } from "./imported.ts";
import { childOf, descendants, elementsOf, plain, type XmlNode } from "./xml-tree.ts";

const KINDS = [
  "multiplechoiceresponse",
  "choiceresponse",
  "stringresponse",
  "numericalresponse",
  "optionresponse",
];

/** A problem as a question, or why it is none of ours. */
export function questionOf(problem: XmlNode): ImportedQuestion | string {
  const responses = [...descendants(problem)].filter((one) => one.name.endsWith("response"));
  const [response] = responses;
  if (!response) return "It asks for no answer";
  if (responses.length > 1) return "It asks for several answers at once";
  if (!KINDS.includes(response.name)) return `Lyceum has no ${response.name}`;
  if ([...descendants(problem)].some((one) => one.name === "script")) return "A script makes it";
  const prompt = promptOf(problem, response);
  if (prompt === "") return "It has no question's text";
  const solution = [...descendants(problem)].find((one) => one.name === "solution");
  const points = Number(problem.attributes.weight ?? 1);
  const common = {
    prompt: prompt.slice(0, 10_000),
    points: points >= 0.01 && points <= 1_000 ? points : 1,
    explanation: plain(solution).slice(0, 5_000) || null,
  };
  const answered = answerOf(response);
  return typeof answered === "string" ? answered : { ...common, ...answered };
}

/** The label, or what text stands before the answers. */
function promptOf(problem: XmlNode, response: XmlNode): string {
  const label = [...descendants(problem)].find((one) => one.name === "label");
  if (label) return plain(label);
  const texts = [...elementsOf(problem), ...elementsOf(response)].filter((one) =>
    ["p", "h3", "h4", "div", "legend"].includes(one.name),
  );
  return texts.map(plain).join("\n").trim();
}

type Answered = Pick<ImportedQuestion, "kind" | "options" | "answer">;

function answerOf(response: XmlNode): Answered | string {
  switch (response.name) {
    case "multiplechoiceresponse":
    case "choiceresponse":
      return chosen(response, "choice");
    case "optionresponse":
      return chosen(response, "option");
    case "stringresponse": {
      if (response.attributes.type?.includes("regexp")) return "Its answer is a regular expression";
      const more = elementsOf(response).flatMap((one) =>
        one.name === "additional_answer" ? (one.attributes.answer ?? plain(one)) : [],
      );
      const right = [response.attributes.answer ?? "", ...more].filter((one) => one.trim() !== "");
      return right.length === 0
        ? "It has no right answer"
        : { kind: "short-text", options: null, answer: right };
    }
    default: {
      const value = Number(response.attributes.answer);
      const within = [...descendants(response)].find((one) => one.name === "responseparam");
      const given = within?.attributes.default ?? "0";
      const tolerance = given.endsWith("%")
        ? Math.abs((value * Number(given.slice(0, -1))) / 100)
        : Number(given);
      if (!Number.isFinite(value) || !(tolerance >= 0)) return "Its answer is no plain number";
      return { kind: "numeric", options: null, answer: { value, tolerance } };
    }
  }
}

function chosen(response: XmlNode, tag: "choice" | "option"): Answered | string {
  const choices = [...descendants(response)].filter((one) => one.name === tag);
  const ids = new Set<string>();
  const options = choices.map((one, at) => {
    const named = one.attributes.name;
    const id = named && named.length <= 50 && !ids.has(named) ? named : String(at + 1);
    ids.add(id);
    return { id, text: textOfChoice(one), right: /^true$/i.test(one.attributes.correct ?? "") };
  });
  const right = options.filter((one) => one.right).map((one) => one.id);
  if (options.length < 2 || options.some((one) => one.text === ""))
    return "Its choices have no text";
  if (right.length === 0) return "It has no right choice";
  if (options.length === 2 && options[0]?.id === "true" && options[1]?.id === "false") {
    return { kind: "true-false", options: null, answer: options[0].right };
  }
  const shown = options.map(({ id, text }) => ({ id, text: text.slice(0, 1_000) }));
  return response.name === "choiceresponse"
    ? { kind: "multiple", options: shown, answer: right }
    : { kind: "single", options: shown, answer: right[0] };
}

/** Hints stand within a choice, and are none of its text. */
const textOfChoice = (choice: XmlNode): string =>
  plain({
    ...choice,
    children: choice.children.filter((one) => typeof one === "string" || !/hint$/.test(one.name)),
  }).replaceAll("\n", " ");

/** A plain text keeps its lines; one with elements in it is read as they say. */
const writtenIn = (node: XmlNode): string =>
  node.children.every((one) => typeof one === "string") ? node.children.join("") : plain(node);

/** An open assessment as an assignment. */
export function assignmentOf(block: XmlNode, title: string): ImportedAssignment | string {
  const descriptions = [...descendants(block)].filter((one) => one.name === "description");
  const isText = block.attributes.prompts_type === "text";
  const instructions = descriptions
    .map((one) => (isText ? writtenIn(one) : plain(one)))
    .join("\n\n")
    .trim();
  if (instructions === "") return "It has no instructions";
  const rubric = [...descendants(block)]
    .filter((one) => one.name === "criterion")
    .map((one) => {
      const points = elementsOf(one)
        .filter((option) => option.name === "option")
        .map((option) => Number(option.attributes.points ?? 0));
      const name = plain(childOf(one, "label")) || plain(childOf(one, "name"));
      const description = plain(childOf(one, "prompt")).slice(0, 2_000);
      return {
        title: name.slice(0, 200) || "1",
        maxScore: Math.max(0, ...points),
        ...(description !== "" && description !== name ? { description } : {}),
      };
    });
  const maxScore = rubric.reduce((sum, one) => sum + one.maxScore, 0);
  const peer = elementsOf(childOf(block, "assessments") ?? block).find(
    (one) => one.attributes.name === "peer-assessment",
  );
  const file = block.attributes.file_upload_response ?? "";
  const own = plain(childOf(block, "title"));
  const [only] = rubric;
  const due = Date.parse(block.attributes.submission_due ?? "");
  return {
    title: own.slice(0, 200) || title,
    instructions: instructions.slice(0, 10_000),
    type: peer
      ? "peer-review"
      : file === ""
        ? "text-response"
        : file === "required"
          ? "file-upload"
          : "project",
    maxScore: Math.max(1, Math.round(maxScore)),
    dueAt: Number.isNaN(due) ? null : due,
    peers: peer ? Math.min(10, Math.max(1, Number(peer.attributes.must_grade ?? 3) || 3)) : null,
    // What stands in for a rubric where an assignment has none.
    rubric: only && rubric.length === 1 && only.title === own ? [] : rubric.slice(0, 50),
  };
}
