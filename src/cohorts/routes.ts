import { del, get, patch, post } from "../kernel/route.ts";
import { cohortAnnounce } from "./commands/cohort-announce.ts";
import { cohortCancel } from "./commands/cohort-cancel.ts";
import { cohortCreate } from "./commands/cohort-create.ts";
import { cohortUpdate } from "./commands/cohort-update.ts";
import { waitingListLeave } from "./commands/waiting-list-leave.ts";
import { cohortsOnline } from "./online-query.ts";
import { cohortsAnnouncements, cohortsGet, instructorCohorts } from "./queries.ts";
import { cohortsPlace, instructorWaitingList } from "./waiting-queries.ts";

export const routes = [
  get("/lms/cohorts/:id", cohortsGet),
  get("/lms/cohorts/:cohortId/announcements", cohortsAnnouncements),
  get("/lms/cohorts/:cohortId/online", cohortsOnline),
  get("/lms/cohorts/:cohortId/waiting-list", cohortsPlace),
  del("/lms/cohorts/:cohortId/waiting-list", waitingListLeave),
  get("/lms/instructor/cohorts/:cohortId/waiting-list", instructorWaitingList),
  get("/lms/instructor/cohorts", instructorCohorts),
  post("/lms/instructor/cohorts", cohortCreate, { location: "/lms/cohorts/{id}" }),
  patch("/lms/instructor/cohorts/:cohortId", cohortUpdate),
  post("/lms/instructor/cohorts/:cohortId/cancel", cohortCancel),
  post("/lms/instructor/cohorts/:cohortId/announcements", cohortAnnounce),
];
