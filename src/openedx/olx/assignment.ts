import type { AssignmentInput } from "./course-input.ts";
import { displayName, element, escapeText } from "./xml.ts";

const LEVELS = [0, 0.25, 0.5, 0.75, 1];

/** In line, never a file: the importer loses pointers to blocks that are not its own. */
export function openassessmentXml(urlName: string, of: AssignmentInput): string {
  const text = of.type === "file-upload" ? "optional" : "required";
  const file =
    of.type === "text-response" ? "" : of.type === "file-upload" ? "required" : "optional";
  return element(
    "openassessment",
    {
      url_name: urlName,
      display_name: displayName(of.title),
      text_response: text,
      text_response_editor: "text",
      file_upload_response: file,
      file_upload_type: file === "" ? null : "pdf-and-image",
      submission_due: of.dueAt === null ? null : new Date(of.dueAt).toISOString(),
      prompts_type: "text",
    },
    [
      element("title", {}, escapeText(of.title)),
      element("assessments", {}, assessmentsXml(of)),
      element(
        "prompts",
        {},
        element("prompt", {}, element("description", {}, escapeText(of.instructions))),
      ),
      element("rubric", {}, criteriaXml(of)),
    ].join(""),
  );
}

const assessmentsXml = ({ type, peers }: AssignmentInput): string => {
  const staff = (required: boolean) =>
    element("assessment", { name: "staff-assessment", required });
  if (type !== "peer-review" && peers === null) return staff(true);
  const most = peers ?? 3;
  const peer = { name: "peer-assessment", must_grade: most, must_be_graded_by: most };
  return element("assessment", peer) + staff(false);
};

function criteriaXml({ rubric, title, maxScore }: AssignmentInput): string {
  const criteria =
    rubric === null || rubric.length === 0 ? [{ id: "score", title, maxScore }] : rubric;
  const names = new Set<string>();
  return criteria
    .map((one) => {
      const name = names.has(one.title) ? `${one.title} (${names.size + 1})` : one.title;
      names.add(name);
      const points = new Set(LEVELS.map((part) => Math.round(part * one.maxScore)));
      const options = [...points].map((of) =>
        element(
          "option",
          { points: of },
          element("name", {}, String(of)) +
            element("label", {}, String(of)) +
            element("explanation", {}, ""),
        ),
      );
      const description = "description" in one && one.description ? one.description : name;
      return element(
        "criterion",
        { feedback: "optional" },
        element("name", {}, escapeText(name)) +
          element("label", {}, escapeText(name)) +
          element("prompt", {}, escapeText(description)) +
          options.join(""),
      );
    })
    .join("");
}
