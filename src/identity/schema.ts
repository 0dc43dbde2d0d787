import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { rootColumns, rowColumns } from "../kernel/columns.ts";
import type { Role } from "../kernel/permission.ts";
import type { SettingsOverride } from "../kernel/settings.ts";

const at = (name: string) => integer(name, { mode: "timestamp_ms" });
const flag = (name: string) => integer(name, { mode: "boolean" });

/** Kept by an index, which SQLite takes where a query says the very same. */
export const IS_LEARNER = `instr(roles, '"learner"') > 0`;

/** The people of an organization as the domain knows them; no roles, and they have left it. */
export const lmsMembers = sqliteTable(
  "lms_members",
  {
    ...rootColumns,
    userId: text("user_id").notNull(),
    displayName: text("display_name"),
    email: text("email"),
    roles: text("roles", { mode: "json" }).$type<Role[]>().notNull(),
    locale: text("locale").notNull().default("en"),
    timeZone: text("time_zone"),
    pictureKey: text("picture_key"),
    preferences: text("preferences", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    suspendedAt: integer("suspended_at"),
    suspendReason: text("suspend_reason"),
    lastActiveAt: integer("last_active_at"),
  },
  (table) => [
    unique("lms_members_user").on(table.organizationId, table.userId),
    index("lms_members_all").on(table.organizationId, table.id),
    index("lms_members_learners").on(table.organizationId, table.id).where(sql.raw(IS_LEARNER)),
    index("lms_members_staff")
      .on(table.organizationId, table.id)
      .where(sql`roles NOT IN ('["learner"]', '[]')`),
  ],
);

export const lmsSettings = sqliteTable(
  "lms_settings",
  {
    ...rootColumns,
    features: text("features", { mode: "json" }).$type<SettingsOverride["features"]>(),
    defaults: text("defaults", { mode: "json" }).$type<SettingsOverride["defaults"]>(),
  },
  (table) => [unique("lms_settings_organization").on(table.organizationId)],
);

export const EXPORT_STATES = ["pending", "ready", "failed", "expired"] as const;

/** Everything about a learner in one file, or on its way there. */
export const lmsExports = sqliteTable(
  "lms_exports",
  {
    ...rowColumns,
    learnerId: text("learner_id").notNull(),
    requestedBy: text("requested_by").notNull(),
    state: text("state", { enum: EXPORT_STATES }).notNull(),
    partsDone: integer("parts_done").notNull(),
    partsTotal: integer("parts_total").notNull(),
    key: text("key"),
    size: integer("size"),
    readyAt: integer("ready_at"),
    expiresAt: integer("expires_at"),
  },
  (table) => [
    index("lms_exports_by_learner").on(table.organizationId, table.learnerId, table.id),
    uniqueIndex("lms_exports_pending")
      .on(table.organizationId, table.learnerId)
      .where(sql`state = 'pending'`),
    check("lms_exports_state", sql`state IN ('pending', 'ready', 'failed', 'expired')`),
  ],
);

/** From here on the authentication library's tables, under its own names. */
export const user = sqliteTable("user", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: flag("email_verified").notNull().default(false),
  image: text("image"),
  createdAt: at("created_at").notNull(),
  updatedAt: at("updated_at").notNull(),
});

const ofUser = () =>
  text("user_id")
    .notNull()
    .references(() => user.id, { onDelete: "restrict" });

export const session = sqliteTable(
  "session",
  {
    id: text("id").primaryKey(),
    token: text("token").notNull().unique(),
    userId: ofUser(),
    activeOrganizationId: text("active_organization_id"),
    expiresAt: at("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: at("created_at").notNull(),
    updatedAt: at("updated_at").notNull(),
  },
  (table) => [index("session_by_user").on(table.userId)],
);

export const account = sqliteTable(
  "account",
  {
    id: text("id").primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: ofUser(),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: at("access_token_expires_at"),
    refreshTokenExpiresAt: at("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    /** Ours: the address that an issuer vouches for; it names nobody. */
    email: text("email"),
    createdAt: at("created_at").notNull(),
    updatedAt: at("updated_at").notNull(),
  },
  (table) => [
    index("account_by_user").on(table.userId),
    uniqueIndex("account_holder").on(table.providerId, table.accountId),
  ],
);

export const verification = sqliteTable(
  "verification",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: at("expires_at").notNull(),
    createdAt: at("created_at").notNull(),
    updatedAt: at("updated_at").notNull(),
  },
  (table) => [index("verification_by_identifier").on(table.identifier)],
);

export const organization = sqliteTable("organization", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  slug: text("slug").notNull().unique(),
  logo: text("logo"),
  metadata: text("metadata"),
  createdAt: at("created_at").notNull(),
});

const ofOrganization = () =>
  text("organization_id")
    .notNull()
    .references(() => organization.id, { onDelete: "restrict" });

export const member = sqliteTable(
  "member",
  {
    id: text("id").primaryKey(),
    organizationId: ofOrganization(),
    userId: ofUser(),
    role: text("role").notNull(),
    createdAt: at("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("member_person").on(table.organizationId, table.userId),
    index("member_by_user").on(table.userId),
  ],
);

export const invitation = sqliteTable(
  "invitation",
  {
    id: text("id").primaryKey(),
    organizationId: ofOrganization(),
    email: text("email").notNull(),
    role: text("role"),
    status: text("status").notNull(),
    expiresAt: at("expires_at").notNull(),
    createdAt: at("created_at").notNull(),
    inviterId: text("inviter_id")
      .notNull()
      .references(() => user.id, { onDelete: "restrict" }),
  },
  (table) => [
    index("invitation_by_organization").on(table.organizationId),
    index("invitation_by_email").on(table.email),
  ],
);

export const apikey = sqliteTable(
  "apikey",
  {
    id: text("id").primaryKey(),
    configId: text("config_id").notNull(),
    name: text("name"),
    start: text("start"),
    prefix: text("prefix"),
    key: text("key").notNull().unique(),
    referenceId: text("reference_id")
      .notNull()
      .references(() => user.id, { onDelete: "restrict" }),
    /** Ours: filled from the metadata by a trigger. */
    organizationId: text("organization_id").references(() => organization.id, {
      onDelete: "restrict",
    }),
    refillInterval: integer("refill_interval"),
    refillAmount: integer("refill_amount"),
    lastRefillAt: at("last_refill_at"),
    enabled: flag("enabled").notNull(),
    rateLimitEnabled: flag("rate_limit_enabled").notNull(),
    rateLimitTimeWindow: integer("rate_limit_time_window"),
    rateLimitMax: integer("rate_limit_max"),
    requestCount: integer("request_count").notNull(),
    remaining: integer("remaining"),
    lastRequest: at("last_request"),
    expiresAt: at("expires_at"),
    createdAt: at("created_at").notNull(),
    updatedAt: at("updated_at").notNull(),
    permissions: text("permissions"),
    metadata: text("metadata"),
  },
  (table) => [
    index("apikey_by_owner").on(table.referenceId),
    index("apikey_by_organization").on(table.organizationId, table.id),
  ],
);

/** By the names under which the library asks for them. */
export const libraryTables = {
  user,
  session,
  account,
  verification,
  organization,
  member,
  invitation,
  apikey,
};
