import { context } from "../kernel/context.ts";
import { get, patch } from "../kernel/route.ts";
import { memberUpdate } from "./commands/member-update.ts";
import { memberUpdated } from "./events.ts";
import { adminLearners } from "./learner-queries.ts";
import { membersMe } from "./queries.ts";
import { identitySync } from "./tasks.ts";

export const identity = context({
  name: "identity",
  commands: [memberUpdate],
  queries: [membersMe, adminLearners],
  events: [memberUpdated],
  tasks: [identitySync],
  routes: [
    get("/lms/me", membersMe),
    patch("/lms/me", memberUpdate),
    get("/lms/admin/learners", adminLearners),
  ],
});
