import * as z from "zod";

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
  sessionReminderMinutes: z.array(z.int().min(1).max(40_320)).max(10),
  maxQuizAttempts: z.int().min(1).max(1_000),
  certificateExpiresAfterDays: z.int().min(1).max(36_500).nullable(),
  seatHoldHours: z.int().min(1).max(8_760),
  timeZone: z.string().max(64),
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

/** Built-in values < the deployment's < the organization's. */
export const settingsOf = (...overrides: (SettingsOverride | null | undefined)[]): Settings => ({
  features: Object.assign({}, BUILT_IN.features, ...overrides.map((one) => one?.features)),
  defaults: Object.assign({}, BUILT_IN.defaults, ...overrides.map((one) => one?.defaults)),
});
