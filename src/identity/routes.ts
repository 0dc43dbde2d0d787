import { get, patch, post } from "../kernel/route.ts";
import { memberErase } from "./commands/member-erase.ts";
import { memberExport } from "./commands/member-export.ts";
import { memberSuspend } from "./commands/member-suspend.ts";
import { memberUnsuspend } from "./commands/member-unsuspend.ts";
import { memberUpdate } from "./commands/member-update.ts";
import { settingsUpdate } from "./commands/settings-update.ts";
import { adminLearners } from "./learner-queries.ts";
import { exportsGet, membersMe, settingsGet } from "./queries.ts";

export const routes = [
  get("/lms/me", membersMe),
  patch("/lms/me", memberUpdate),
  get("/lms/admin/learners", adminLearners),
  post("/lms/me/export", memberExport),
  get("/lms/me/exports/:id", exportsGet),
  post("/lms/admin/learners/:learnerId/export", memberExport),
  get("/lms/admin/exports/:id", exportsGet),
  post("/lms/admin/learners/:learnerId/erase", memberErase),
  post("/lms/admin/learners/:learnerId/suspend", memberSuspend),
  post("/lms/admin/learners/:learnerId/unsuspend", memberUnsuspend),
  get("/lms/admin/settings", settingsGet),
  patch("/lms/admin/settings", settingsUpdate),
];
