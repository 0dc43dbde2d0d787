import { context } from "../kernel/context.ts";
import { memberErase } from "./commands/member-erase.ts";
import { memberExport } from "./commands/member-export.ts";
import { memberSuspend } from "./commands/member-suspend.ts";
import { memberUnsuspend } from "./commands/member-unsuspend.ts";
import { memberUpdate } from "./commands/member-update.ts";
import { settingsUpdate } from "./commands/settings-update.ts";
import { memberEraseTask } from "./erase-task.ts";
import {
  memberErased,
  memberExported,
  memberSuspended,
  memberUnsuspended,
  memberUpdated,
  settingsUpdated,
} from "./events.ts";
import { memberExportTask } from "./export-task.ts";
import { adminLearners } from "./learner-queries.ts";
import {
  personalAccounts,
  personalExports,
  personalInvitations,
  personalInvitationsSent,
  personalKeys,
  personalMembership,
  personalProfile,
  personalSignIns,
  personalUser,
} from "./personal.ts";
import { exportsGet, membersMe, settingsGet } from "./queries.ts";
import { routes } from "./routes.ts";
import { identitySync } from "./tasks.ts";

export const identity = context({
  name: "identity",
  commands: [
    memberUpdate,
    memberSuspend,
    memberUnsuspend,
    memberExport,
    memberErase,
    settingsUpdate,
  ],
  queries: [membersMe, adminLearners, settingsGet, exportsGet],
  events: [
    memberUpdated,
    memberSuspended,
    memberUnsuspended,
    memberExported,
    memberErased,
    settingsUpdated,
  ],
  tasks: [identitySync, memberExportTask, memberEraseTask],
  constraints: {
    "lms_exports.organization_id, lms_exports.learner_id": {
      code: "DUPLICATE",
      detail: "An export of this learner is being made; wait until it is ready",
    },
  },
  personal: [
    personalProfile,
    personalMembership,
    personalSignIns,
    personalKeys,
    personalInvitations,
    personalInvitationsSent,
    personalExports,
    personalUser,
    personalAccounts,
  ],
  routes,
});
