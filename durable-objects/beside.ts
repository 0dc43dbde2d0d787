import { errorText } from "../src/kernel/error.ts";
import type { LogLine } from "../src/kernel/ports.ts";
import { SECOND } from "../src/kernel/time.ts";
import { arrived, HERE, placeFor, type Sent, sentTo } from "../src/live/places.ts";
import { placeStore } from "./place-store.ts";
import { type Item, relay } from "./relay.ts";

/** A socket's greeting may take this long: until then it is not missed where it should be. */
const ARRIVAL_MS = 10 * SECOND;
/** Whoever an object beside has and the room does not know comes again and is let in anew, or not. */
const STRAY_CLOSE = { code: 1012, reason: "Connect again" };

export type Beside = {
  /** Takes these in their order; `last` is the number of the newest broadcast there is. */
  deliver(last: number, items: Item[]): Promise<void>;
  /** Every socket there. */
  conns(): Promise<string[]>;
};

type Around = {
  now: () => number;
  log: (line: LogLine) => void;
  object(place: number): Beside;
  /** The number of the newest broadcast. */
  last(): number;
  sockets: () => ReadonlyMap<number, number>;
  connsAt(place: number, before?: number): string[];
  /** Sockets at a place are gone since an instant, without having said so. */
  lost(conns: string[], at: number): void;
  /** A place may lack something: have it looked at soon. */
  nudge(): void;
};

/** The objects beside the room: who is sent to which, and what each is told. */
export function beside(storage: DurableObjectStorage, around: Around) {
  const { now, log, object, last, sockets, connsAt, lost, nudge } = around;
  const places = placeStore(storage);
  let active: Set<number> | undefined;
  let sent: Sent = new Map();
  const known = (): Set<number> => {
    active ??= new Set(places.all());
    return active;
  };
  const { push } = relay({
    send: (place, items) => object(place).deliver(last(), items),
    failed(place, error) {
      log({ level: "warn", unit: "fan-out", place, outcome: "not told", error: errorText(error) });
      nudge();
    },
  });

  /** Those that a place has lost are gone since it was last known to live; strays there come again. */
  function reconcile(place: number, conns: readonly string[]): void {
    const alive = new Set(conns);
    const missing = connsAt(place, now() - ARRIVAL_MS).filter((conn) => !alive.has(conn));
    if (missing.length > 0) lost(missing, places.aliveAt(place));
    const rows = new Set(connsAt(place));
    const strays = conns.filter((conn) => !rows.has(conn));
    if (strays.length > 0) push(place, { close: STRAY_CLOSE, conns: strays });
    places.alive(place, now());
  }

  return {
    /** Where the next socket goes; nothing where there is no room. `full` is a place that has none after all. */
    placeFor(full?: number): number | undefined {
      const place = placeFor(sockets(), sent, { now: now(), full });
      if (place !== undefined && place !== HERE) sent = sentTo(sent, place, now());
      return place;
    },
    /** A socket has come to a place; one that has just started says which it has. */
    arrived(place: number, conns: readonly string[] | undefined): void {
      sent = arrived(sent, place);
      places.alive(place, now());
      known().add(place);
      if (conns) {
        const rows = connsAt(place, now() - ARRIVAL_MS);
        lost(
          rows.filter((conn) => !conns.includes(conn)),
          places.aliveAt(place),
        );
      }
    },
    heardFrom: (place: number) => places.alive(place, now()),
    tell(item: Item): void {
      for (const place of known()) push(place, item);
    },
    has: (): boolean => known().size > 0,
    /** Has each look whether it lacks something. */
    async nudge(): Promise<void> {
      await Promise.all([...known()].map((place) => object(place).deliver(last(), [])));
    },
    /** Has each say whom it has; one that has nobody is told no more. */
    async pulse(): Promise<void> {
      for (const place of known()) {
        reconcile(place, await object(place).conns());
        if (connsAt(place).length > 0) continue;
        places.drop(place);
        known().delete(place);
      }
    },
  };
}
