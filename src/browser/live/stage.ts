import type { LiveSession, Sent } from "../../client/live-session.ts";
import type { Api, Session } from "./api.ts";
import type { Room } from "./room.ts";
import type { PageLanguage, Words } from "./words.ts";

/** What the parts of the room share. */
export type Stage = {
  words: Words;
  language: PageLanguage;
  session: Session;
  api: Api;
  live: LiveSession;
  room(): Room;
  change(room: Room): void;
  /** Said to whoever listens to the page instead of looking at it. */
  say(text: string): void;
  /** Shown and said: what did not work. */
  complain(error: unknown): void;
  /** Sends, and tells whether it was done. */
  act(frame: Sent): Promise<boolean>;
};

/** A part of the room: its element, and what a change of the room does to it. */
export type Part = { element: HTMLElement; update(room: Room, before: Room | undefined): void };

export const nameOf = ({ name }: { name: string }, words: Words): string => name || words.nameless;

export const clockTime = (at: string, language: PageLanguage): string =>
  new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(new Date(at));

/** With its day where that is another than today's, and with the zone that it is told in. */
export function fullTime(at: string, language: PageLanguage): string {
  const when = new Date(at);
  const isToday = when.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language, {
    ...(isToday ? {} : { weekday: "long", day: "numeric", month: "long" }),
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(when);
}
