import { minorUnitsOf } from "../kernel/money.ts";
import { MINUTE } from "../kernel/time.ts";
import type { Facts } from "./notice.ts";
import type { Values } from "./template.ts";
import { languageOfLocale } from "./words.ts";

export type Reader = {
  /** BCP 47; what is in another language than ours is written in English. */
  locale: string;
  timeZone: string;
  name: string;
  organizationName: string;
  /** Where the deployment is reached, without a slash at the end. */
  origin: string;
};

/** What a template's placeholders say to this reader: times in the reader's zone, figures as the reader writes them. */
export function valuesOf(facts: Facts, reader: Reader): Values {
  const locale = formatLocale(reader.locale);
  const at = (name: string, zone = reader.timeZone) =>
    when(numberOf(facts[name]), (ms) => moment(ms, locale, zone));
  const on = (name: string) =>
    when(numberOf(facts[name]), (ms) => day(ms, locale, reader.timeZone));
  const figure = (name: string, options: Intl.NumberFormatOptions = {}) =>
    when(numberOf(facts[name]), (value) => new Intl.NumberFormat(locale, options).format(value));
  const date = (name: string) =>
    when(facts[name], (text) => day(Date.parse(`${text}T00:00:00Z`), locale, "UTC"));
  const { hostTimeZone } = facts;
  return {
    ...textsAmong(facts),
    name: reader.name,
    organizationName: reader.organizationName,
    link: when(facts.path, (path) => `${reader.origin}${path}`),
    progress: percent(numberOf(facts.progress), locale),
    penalty: percent(numberOf(facts.penaltyPct) || undefined, locale),
    score: figure("score"),
    maxScore: figure("maxScore"),
    days: figure("days", { style: "unit", unit: "day", unitDisplay: "long" }),
    expiresAt: at("expiresAt"),
    expiresOn: on("expiresAt"),
    dueAt: at("dueAt"),
    dueOn: on("dueAt"),
    paidAt: at("paidAt"),
    startsAt: at("startsAt"),
    hostStartsAt:
      typeof hostTimeZone === "string" && hostTimeZone !== reader.timeZone
        ? `${at("startsAt", hostTimeZone)} (${hostTimeZone})`
        : "",
    startDate: date("startDate"),
    endDate: date("endDate"),
    duration: figure("durationMinutes", { style: "unit", unit: "minute", unitDisplay: "long" }),
    accessEnded: when(facts.accessEnded, String),
    amount: amountOf(facts.amount, facts.currency, locale),
    received: amountOf(facts.receivedAmount, facts.receivedCurrency, locale),
  };
}

const TEXTS = [
  "courseTitle",
  "moduleTitle",
  "cohortName",
  "sessionTitle",
  "assignmentTitle",
  "verificationCode",
  "paymentId",
] as const;

const textsAmong = (facts: Facts): Values =>
  Object.fromEntries(TEXTS.map((name) => [name, String(facts[name] ?? "")]));

const numberOf = (fact: string | number | undefined): number | undefined =>
  typeof fact === "number" ? fact : undefined;

const when = <T>(value: T | undefined, say: (value: T) => string): string =>
  value === undefined ? "" : say(value);

/** The reader's own tag where its language is one of ours, for en-GB writes dates as en-US does not. */
const formatLocale = (locale: string): string => {
  const language = languageOfLocale(locale);
  return locale.toLowerCase().split("-")[0] === language ? locale : language;
};

const day = (at: number, locale: string, timeZone: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone }).format(at);

function moment(at: number, locale: string, timeZone: string): string {
  const time = new Intl.DateTimeFormat(locale, {
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  });
  return `${day(at, locale, timeZone)}, ${time.format(Math.floor(at / MINUTE) * MINUTE)}`;
}

const percent = (value: number | undefined, locale: string): string =>
  when(value, (pct) =>
    new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(pct / 100),
  );

function amountOf(
  amount: string | number | undefined,
  currency: string | number | undefined,
  locale: string,
): string {
  if (typeof amount !== "number" || typeof currency !== "string") return "";
  const major = amount / 10 ** minorUnitsOf(currency);
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(major);
}
