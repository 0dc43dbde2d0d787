/** A submission as far as choosing peers asks; `reviews` counts the peers that it has already. */
export type Handed = { id: string; learnerId: string; status: string; reviews: number };

export type Pair = { submissionId: string; reviewerId: string };

/**
 * Who scores whom once a submission is there: it goes to the learners of the nearest submissions before it,
 * and its author gets those that still lack peers, the oldest first. So each is scored by `peers` and scores
 * about as many, whatever the order in which work comes in.
 */
export function pairsFor(mine: Handed, others: readonly Handed[], peers: number): Pair[] {
  const ofOthers = others.filter((one) => one.learnerId !== mine.learnerId);
  const before = ofOthers
    .filter((one) => one.id < mine.id)
    .toSorted(byId)
    .toReversed();
  const after = ofOthers.filter((one) => one.id > mine.id).toSorted(byId);
  const nearest = [...new Set([...before, ...after].map((one) => one.learnerId))];
  const lacking = ofOthers
    .filter((one) => one.status === "grading" && one.reviews < peers)
    .toSorted(byId);
  return [
    ...nearest
      .slice(0, Math.max(0, peers - mine.reviews))
      .map((reviewerId) => ({ submissionId: mine.id, reviewerId })),
    ...lacking.slice(0, peers).map((one) => ({ submissionId: one.id, reviewerId: mine.learnerId })),
  ];
}

/** Ids are made in the order of time. */
const byId = (a: Handed, b: Handed): number => (a.id < b.id ? -1 : 1);

/** The middle score; of an even number the mean of the two in the middle, in hundredths and rounded down. */
export function medianOf(scores: readonly number[]): number {
  const sorted = scores.toSorted((a, b) => a - b);
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  const hundredths = (at: number): number => Math.round((sorted[at] ?? 0) * 100);
  return Math.floor((hundredths(low) + hundredths(high)) / 2) / 100;
}
