import { Temporal } from "temporal-polyfill";
import { DAY } from "../kernel/time.ts";

type Onset = { local: string; from: string; to: string; isSummer: boolean };

const STANDING = 400 * DAY;

/** A zone's VTIMEZONE: its offset when the span begins, and every change within. */
export function zoneLines(zone: string, from: number, to: number): string[] {
  return [
    "BEGIN:VTIMEZONE",
    `TZID:${zone}`,
    ...onsetsIn(zone, from, to).flatMap(({ local, from: before, to: after, isSummer }) => {
      const kind = isSummer ? "DAYLIGHT" : "STANDARD";
      return [
        `BEGIN:${kind}`,
        `DTSTART:${local}`,
        `TZOFFSETFROM:${before}`,
        `TZOFFSETTO:${after}`,
        `END:${kind}`,
      ];
    }),
    "END:VTIMEZONE",
  ];
}

function onsetsIn(zone: string, from: number, to: number): Onset[] {
  const begin = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  const first = begin.add({ nanoseconds: 1 }).getTimeZoneTransition("previous");
  const onsets = [first ? onsetAt(first) : alwaysSo(begin)];
  let next = begin.getTimeZoneTransition("next");
  while (next && next.epochMilliseconds <= to) {
    onsets.push(onsetAt(next));
    next = next.getTimeZoneTransition("next");
  }
  return onsets;
}

/** An onset is told in the time that was kept until then. */
function onsetAt(change: Temporal.ZonedDateTime): Onset {
  const before = change.subtract({ nanoseconds: 1 });
  const local = change
    .toInstant()
    .toZonedDateTimeISO("UTC")
    .add({ nanoseconds: before.offsetNanoseconds });
  const back = change.getTimeZoneTransition("next");
  const isForward = change.offsetNanoseconds > before.offsetNanoseconds;
  const isTurnedBack =
    back !== null && back.epochMilliseconds - change.epochMilliseconds < STANDING;
  return {
    local: compact(local),
    from: utcOffset(before),
    to: utcOffset(change),
    isSummer: isForward && isTurnedBack,
  };
}

const alwaysSo = (at: Temporal.ZonedDateTime): Onset => ({
  local: "19700101T000000",
  from: utcOffset(at),
  to: utcOffset(at),
  isSummer: false,
});

const compact = (at: Temporal.ZonedDateTime): string =>
  at.toPlainDateTime().toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "");

/** `+0530`, or `+005328` as it once was; never `-0000`. */
function utcOffset({ offsetNanoseconds }: Temporal.ZonedDateTime): string {
  const seconds = Math.round(Math.abs(offsetNanoseconds) / 1e9);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[2] === 0 ? parts.slice(0, 2) : parts;
  const sign = offsetNanoseconds < 0 ? "-" : "+";
  return `${sign}${shown.map((part) => String(part).padStart(2, "0")).join("")}`;
}
