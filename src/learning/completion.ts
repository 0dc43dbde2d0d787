type Counted = { id: string; isPublished: boolean; isRequired: boolean };
type Done = { moduleId: string; status: string };

export type Completion = {
  /** Percent with two decimals, rounded down: a threshold is never reached by rounding. */
  completionPct: number;
  completed: number;
  counted: number;
};

/**
 * The one completion function: the share of a course's published required modules that are completed;
 * all published ones count when none is required.
 */
export function completionOf(modules: readonly Counted[], progress: readonly Done[]): Completion {
  const done = new Set(
    progress.filter((one) => one.status === "completed").map((one) => one.moduleId),
  );
  const counted = countedOf(modules);
  const completed = counted.filter((module) => done.has(module.id)).length;
  return {
    completionPct:
      counted.length === 0 ? 0 : Math.floor((completed * 10_000) / counted.length) / 100,
    completed,
    counted: counted.length,
  };
}

/** The modules that a course's completion counts. */
export function countedOf<M extends Counted>(modules: readonly M[]): M[] {
  const published = modules.filter((module) => module.isPublished);
  const required = published.filter((module) => module.isRequired);
  return required.length > 0 ? required : published;
}
