/** Points that a graded attempt gave and could have given, by question id. */
export type Marks = Readonly<Record<string, readonly [points: number, of: number]>>;

export type ItemStatistics = {
  /** Graded attempts whose paper asked it. */
  attempts: number;
  shareRight: number | null;
  averagePoints: number | null;
  /** How well it tells good papers from poor ones: correlation of its share with that of the rest, −1 to 1. */
  discrimination: number | null;
};

/** What a question's answers say of the question. */
export function itemStatistics(questionId: string, papers: readonly Marks[]): ItemStatistics {
  const asked = papers.flatMap((marks) => {
    const mark = marks[questionId];
    return mark ? [{ mark, rest: restShare(questionId, marks) }] : [];
  });
  if (asked.length === 0) {
    return { attempts: 0, shareRight: null, averagePoints: null, discrimination: null };
  }
  const right = asked.filter(({ mark: [points, of] }) => points >= of).length;
  const pairs = asked.flatMap(({ mark: [points, of], rest }): [number, number][] =>
    rest === null ? [] : [[points / of, rest]],
  );
  return {
    attempts: asked.length,
    shareRight: hundredths(right / asked.length),
    averagePoints: hundredths(mean(asked.map(({ mark }) => mark[0]))),
    discrimination: correlation(pairs),
  };
}

function restShare(questionId: string, marks: Marks): number | null {
  const rest = Object.entries(marks).filter(([id]) => id !== questionId);
  const of = rest.reduce((sum, [, mark]) => sum + mark[1], 0);
  return of === 0 ? null : rest.reduce((sum, [, mark]) => sum + mark[0], 0) / of;
}

/** Pearson's; none where one side never differs. */
function correlation(pairs: readonly [number, number][]): number | null {
  const [meanX, meanY] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xy += (x - meanX) * (y - meanY);
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
  }
  const spread = Math.sqrt(xx * yy);
  return spread < 1e-9 ? null : hundredths(Math.max(-1, Math.min(1, xy / spread)));
}

const mean = (all: readonly number[]): number =>
  all.length === 0 ? 0 : all.reduce((sum, one) => sum + one, 0) / all.length;

const hundredths = (value: number): number => Math.round(value * 100) / 100;
