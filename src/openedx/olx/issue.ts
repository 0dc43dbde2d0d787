/** What is wrong with a course or a bundle, and where; an error stops the publication, a warning travels with it. */
export type ValidationIssue = {
  /** The file in the bundle, as `html/intro_ab12cd.html`; of a course's own fields their names. */
  path: string;
  message: string;
  severity: "error" | "warning";
  /** A rule of source 2, section 12, as `HTML_SIZE_LIMIT`, or one of ours. */
  code?: string;
  /** The module at fault. */
  moduleId?: string;
};

export const isError = (issue: ValidationIssue): boolean => issue.severity === "error";
