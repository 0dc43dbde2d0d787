import type { Question } from "./question.ts";

/** A seed out of an id: the random bits at its end. */
export const seedOf = (id: string): number => Number.parseInt(id.replaceAll("-", "").slice(-8), 16);

/** The same numbers for the same seed, 0 ≤ n < 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(all: readonly T[], random: () => number): T[] {
  const mixed = [...all];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [mixed[last], mixed[other]];
    if (a === undefined || b === undefined) continue;
    mixed[last] = b;
    mixed[other] = a;
  }
  return mixed;
}

/**
 * The questions that one attempt is asked: `draw` of them, all where none is said; questions and
 * options in an order of their own where the quiz is shuffled. The same seed gives the same paper.
 */
export function paperOf(
  questions: readonly Question[],
  { draw, shuffle, seed }: { draw: number | null; shuffle: boolean; seed: number },
): Question[] {
  const random = randomFrom(seed);
  const mixed = shuffled(questions, random);
  const drawn = new Set(mixed.slice(0, draw ?? questions.length));
  if (!shuffle) return questions.filter((one) => drawn.has(one));
  return mixed
    .filter((one) => drawn.has(one))
    .map((one) => (one.options ? { ...one, options: shuffled(one.options, random) } : one));
}
