import { context } from "../kernel/context.ts";
import { closeCohort } from "./closing.ts";
import { cohortActivate } from "./commands/cohort-activate.ts";
import { cohortAnnounce } from "./commands/cohort-announce.ts";
import { cohortCancel } from "./commands/cohort-cancel.ts";
import { cohortComplete } from "./commands/cohort-complete.ts";
import { cohortCreate } from "./commands/cohort-create.ts";
import { cohortUpdate } from "./commands/cohort-update.ts";
import { waitingListLeave } from "./commands/waiting-list-leave.ts";
import {
  cohortActivated,
  cohortAnnounced,
  cohortCancelled,
  cohortCompleted,
  cohortCreated,
  cohortUpdated,
} from "./events.ts";
import { cohortActivation } from "./jobs.ts";
import { cohortClosed, dropPlaces, freeSeat, seatMoved, waitingOver } from "./listeners.ts";
import { cohortMachine } from "./machine.ts";
import { cohortsOnline } from "./online-query.ts";
import { personalAnnouncements, personalCohorts, personalWaits } from "./personal.ts";
import { cohortsAnnouncements, cohortsGet, instructorCohorts } from "./queries.ts";
import { routes } from "./routes.ts";
import { cohortCapacityLimit } from "./rules.ts";
import { tellCohort } from "./tasks.ts";
import { cohortsPlace, instructorWaitingList } from "./waiting-queries.ts";
import { clearWaitingList } from "./waiting-tasks.ts";

export const cohorts = context({
  name: "cohorts",
  commands: [
    cohortCreate,
    cohortUpdate,
    cohortActivate,
    cohortComplete,
    cohortCancel,
    cohortAnnounce,
    waitingListLeave,
  ],
  queries: [
    cohortsGet,
    cohortsAnnouncements,
    cohortsOnline,
    cohortsPlace,
    instructorCohorts,
    instructorWaitingList,
  ],
  events: [
    cohortCreated,
    cohortUpdated,
    cohortActivated,
    cohortCompleted,
    cohortCancelled,
    cohortAnnounced,
  ],
  machines: [cohortMachine],
  rules: [cohortCapacityLimit],
  listeners: [freeSeat, seatMoved, cohortClosed, waitingOver, dropPlaces],
  tasks: [tellCohort, closeCohort, clearWaitingList],
  jobs: [cohortActivation],
  routes,
  personal: [personalCohorts, personalAnnouncements, personalWaits],
});
