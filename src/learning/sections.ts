import type { SectionRow } from "../catalog/statements.ts";
import type { SectionFacts } from "./progress.ts";
import type { SectionProgressRow } from "./statements.ts";

/** Sections with how well a learner did in each, and which of them are done. */
export function sectionsDoneBy(
  sections: readonly SectionRow[],
  {
    sectionProgress,
    asking,
  }: {
    sectionProgress: readonly Pick<SectionProgressRow, "sectionId" | "score" | "status">[];
    asking: readonly { sectionId: string }[];
  },
): { sections: SectionFacts[]; sectionsDone: Set<string> } {
  const exercises = new Set(asking.map((one) => one.sectionId));
  const scores = new Map(sectionProgress.map((one) => [one.sectionId, one.score]));
  const done = sectionProgress.filter((one) => one.status === "completed");
  return {
    sections: sections.map((one) => ({
      ...one,
      score: scores.get(one.id) ?? null,
      asks: exercises.has(one.id),
    })),
    sectionsDone: new Set(done.map((one) => one.sectionId)),
  };
}

/** The assignment that a module leads to, else all that were given in it. */
export const assignmentsIn = <A extends { assignmentId: string; moduleId: string | null }>(
  module: { id: string; content: Record<string, unknown> | null },
  assignments: readonly A[],
): A[] => {
  const named = module.content?.assignmentId;
  return assignments.filter((one) =>
    named === undefined ? one.moduleId === module.id : one.assignmentId === named,
  );
};
