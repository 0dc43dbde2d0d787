import type { Close } from "../src/live/frames.ts";

/** What an object beside is given: a broadcast for all its sockets, or whose sockets to close. */
export type Item =
  | { seq: number; text: string }
  | { close: Close; userId?: string | undefined; conns?: string[] | undefined };

type Around = {
  send(place: number, items: Item[]): Promise<void>;
  /** A place may lack something now. */
  failed(place: number, error: unknown): void;
};

/**
 * What goes to the objects beside, in its order and one batch at a time each: what comes while a batch is
 * under way goes with the next. What fails is not sent again: the object beside asks for what it lacks.
 */
export function relay({ send, failed }: Around) {
  const waiting = new Map<number, Item[]>();
  const busy = new Set<number>();

  async function drain(place: number): Promise<void> {
    if (busy.has(place)) return;
    busy.add(place);
    try {
      for (let items = waiting.get(place); items; items = waiting.get(place)) {
        waiting.delete(place);
        await send(place, items);
      }
    } catch (error) {
      waiting.delete(place);
      failed(place, error);
    } finally {
      busy.delete(place);
    }
  }

  return {
    /** What it gives settles when the place has it, or failed. */
    push(place: number, item: Item): Promise<void> {
      const items = waiting.get(place);
      if (items) items.push(item);
      else waiting.set(place, [item]);
      return drain(place);
    },
  };
}
