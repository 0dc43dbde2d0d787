import * as z from "zod";
import { id } from "../kernel/id.ts";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { iso, MINUTE, SECOND, shownInstant } from "../kernel/time.ts";
import { exportAnswer, exportById, showExport } from "./export.ts";
import { exportReadBy, ofOneself, settingsReadBy } from "./permissions.ts";
import { memberRow, profile, profileOf } from "./profile.ts";
import { ownOf, settingsAnswer, settingsRow, showSettings } from "./settings.ts";

export const membersMe = query({
  type: "lms.members.me",
  summary: "One's own profile in the organization",
  input: z.strictObject({}),
  output: profile,
  permission: { action: "member:read-own", any: EVERY_MEMBER },
  read: ({ db, actor }) => ({ member: found("Member", memberRow(db, actor)) }),
  answer: ({ member }) => profileOf(member),
});

export const settingsGet = query({
  type: "lms.settings.get",
  summary: "The organization's features and defaults, and where each was set",
  input: z.strictObject({}),
  output: settingsAnswer,
  permission: settingsReadBy,
  read: ({ db, actor }) => ({ settings: found("Settings", settingsRow(db, actor.orgId)) }),
  answer: ({ settings }, { deployment }) => showSettings(settings, ownOf(settings), deployment),
});

const READ_SECONDS = (5 * MINUTE) / SECOND;

export const exportsGet = query({
  type: "lms.exports.get",
  summary: "How far an export is, and where its file can be fetched for the next five minutes",
  input: z.strictObject({ id }),
  output: exportAnswer.extend({
    url: z.string().nullable(),
    urlExpiresAt: shownInstant.nullable(),
  }),
  permission: exportReadBy,
  read: ({ db, input, actor }) => ({ of: found("Export", exportById(db, actor.orgId, input.id)) }),
  own: ofOneself,
  answer: async ({ of }, { now, signedUrl }) => {
    const isThere = of.state === "ready" && of.key !== null && (of.expiresAt ?? 0) > now;
    if (!isThere || of.key === null) return { ...showExport(of), url: null, urlExpiresAt: null };
    const url = await signedUrl(of.key, { seconds: READ_SECONDS, name: `${of.id}.json` });
    return { ...showExport(of), url, urlExpiresAt: iso(now + READ_SECONDS * SECOND) };
  },
});
