import * as z from "zod";
import { timeZone } from "./time.ts";

export const features = z.strictObject({
  enableCertificates: z.boolean(),
  enableCohorts: z.boolean(),
  enableLiveSessions: z.boolean(),
  enableQuizzes: z.boolean(),
  enablePeerReview: z.boolean(),
});
export type Feature = keyof z.infer<typeof features>;

export const defaults = z.strictObject({
  completionThreshold: z.int().min(1).max(100),
  refundWindowDays: z.int().min(0).max(3_650),
  inactivityNudgeDays: z.int().min(1).max(3_650),
  sessionReminderMinutes: z
    .array(z.int().min(1).max(40_320))
    .max(10)
    .refine((all) => new Set(all).size === all.length, "Each threshold once"),
  maxQuizAttempts: z.int().min(1).max(1_000),
  certificateExpiresAfterDays: z.int().min(1).max(36_500).nullable(),
  seatHoldHours: z.int().min(1).max(8_760),
  timeZone,
});

export type Settings = {
  features: z.infer<typeof features>;
  defaults: z.infer<typeof defaults>;
};

/** What an organization or a deployment may set; what it leaves out keeps the value below it. */
export const settingsOverride = z.strictObject({
  features: features.partial().optional(),
  defaults: defaults.partial().optional(),
});
export type SettingsOverride = z.infer<typeof settingsOverride>;

export const BUILT_IN: Settings = {
  features: {
    enableCertificates: true,
    enableCohorts: true,
    enableLiveSessions: true,
    enableQuizzes: true,
    enablePeerReview: false,
  },
  defaults: {
    completionThreshold: 80,
    refundWindowDays: 14,
    inactivityNudgeDays: 7,
    sessionReminderMinutes: [1440, 30],
    maxQuizAttempts: 3,
    certificateExpiresAfterDays: null,
    seatHoldHours: 72,
    timeZone: "UTC",
  },
};

type Resettable<S extends z.ZodRawShape> = { [K in keyof S]: z.ZodOptional<z.ZodNullable<S[K]>> };

function resettable<S extends z.ZodRawShape>(of: z.ZodObject<S>) {
  const fields = Object.entries(of.shape).map(([name, field]) => [
    name,
    (field as z.ZodType).nullable().optional(),
  ]);
  return z.strictObject(Object.fromEntries(fields) as Resettable<S>);
}

/** A change of an organization's values: what is absent stays, null gives way to the level below. */
export const settingsChange = z.strictObject({
  features: resettable(features).optional(),
  defaults: resettable(defaults).optional(),
});
export type SettingsChange = z.infer<typeof settingsChange>;

const GROUPS = ["features", "defaults"] as const;
type Group = (typeof GROUPS)[number];
type Values = Readonly<Record<string, unknown>>;

const namesIn = (group: Group): string[] => Object.keys(BUILT_IN[group]);

/** An organization's own values after a change, and which of them are others, as `defaults.timeZone`. */
export function settingsChanged(
  own: SettingsOverride,
  change: SettingsChange,
): { own: SettingsOverride; updatedFields: string[] } {
  const updatedFields: string[] = [];
  const after = GROUPS.map((group) => {
    const before: Values = own[group] ?? {};
    const merged: Values = { ...before, ...change[group] };
    const kept = Object.entries(merged).filter(
      ([, value]) => value !== null && value !== undefined,
    );
    const values: Values = Object.fromEntries(kept);
    for (const name of namesIn(group)) {
      if (JSON.stringify(before[name]) !== JSON.stringify(values[name])) {
        updatedFields.push(`${group}.${name}`);
      }
    }
    return [group, values];
  });
  return { own: Object.fromEntries(after), updatedFields };
}

export const SETTING_LEVELS = ["built-in", "deployment", "organization"] as const;
type Level = (typeof SETTING_LEVELS)[number];

/** At which level each value was set. */
export function settingLevels(
  deployment: SettingsOverride,
  own: SettingsOverride,
): Record<Group, Record<string, Level>> {
  const levelOf = (group: Group, name: string): Level => {
    const isSet = (values: Values | undefined) =>
      values !== undefined && Object.hasOwn(values, name);
    if (isSet(own[group])) return "organization";
    return isSet(deployment[group]) ? "deployment" : "built-in";
  };
  const levels = (group: Group) =>
    Object.fromEntries(namesIn(group).map((name) => [name, levelOf(group, name)]));
  return { features: levels("features"), defaults: levels("defaults") };
}

/** Built-in values < the deployment's < the organization's. */
export const settingsOf = (...overrides: (SettingsOverride | null | undefined)[]): Settings => ({
  features: Object.assign({}, BUILT_IN.features, ...overrides.map((one) => one?.features)),
  defaults: Object.assign({}, BUILT_IN.defaults, ...overrides.map((one) => one?.defaults)),
});
