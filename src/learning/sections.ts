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
