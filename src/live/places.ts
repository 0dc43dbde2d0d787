import { SECOND } from "../kernel/time.ts";

/** Sockets in one object. */
export const SOCKETS_MAX = 500;
/** Objects that a room may fan out to: with its own sockets somewhat over ten thousand people. */
const PLACES_MAX = 20;
/** The room's own sockets. */
export const HERE = 0;
/** For how long a place is kept for whom it was given to and has not come yet. */
const PLACE_KEPT_MS = 10 * SECOND;

/** Who was sent where and has yet to come, by place: when each was sent. */
export type Sent = ReadonlyMap<number, readonly number[]>;

/**
 * The first place with room: here, else an object beside. Those on their way are counted with those there;
 * nothing where all is full.
 */
export function placeFor(
  there: ReadonlyMap<number, number>,
  sent: Sent,
  { now, full }: { now: number; full?: number | undefined },
): number | undefined {
  for (let place = HERE; place <= PLACES_MAX; place++) {
    const coming = (sent.get(place) ?? []).filter((at) => at > now - PLACE_KEPT_MS).length;
    if (place !== full && (there.get(place) ?? 0) + coming < SOCKETS_MAX) return place;
  }
  return undefined;
}

/** The same with one more on its way to a place, and without those who will not come any more. */
export function sentTo(sent: Sent, place: number, now: number): Sent {
  const coming = (sent.get(place) ?? []).filter((at) => at > now - PLACE_KEPT_MS);
  return new Map(sent).set(place, [...coming, now]);
}

/** The same with the one who was longest on its way there. */
export function arrived(sent: Sent, place: number): Sent {
  return new Map(sent).set(place, (sent.get(place) ?? []).slice(1));
}
