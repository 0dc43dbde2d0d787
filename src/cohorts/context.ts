import { context } from "../kernel/context.ts";
import { closeCohort } from "./closing.ts";
import { cohortActivate } from "./commands/cohort-activate.ts";
import { cohortAnnounce } from "./commands/cohort-announce.ts";
import { cohortCancel } from "./commands/cohort-cancel.ts";
import { cohortComplete } from "./commands/cohort-complete.ts";
import { cohortCreate } from "./commands/cohort-create.ts";
import { cohortUpdate } from "./commands/cohort-update.ts";
import {
  cohortActivated,
  cohortAnnounced,
  cohortCancelled,
  cohortCompleted,
  cohortCreated,
  cohortUpdated,
} from "./events.ts";
import { cohortActivation } from "./jobs.ts";
import { cohortClosed, freeSeat, seatMoved } from "./listeners.ts";
import { cohortMachine } from "./machine.ts";
import { personalAnnouncements, personalCohorts } from "./personal.ts";
import { cohortsAnnouncements, cohortsGet, instructorCohorts } from "./queries.ts";
import { routes } from "./routes.ts";
import { cohortCapacityLimit } from "./rules.ts";
import { tellCohort } from "./tasks.ts";

export const cohorts = context({
  name: "cohorts",
  commands: [
    cohortCreate,
    cohortUpdate,
    cohortActivate,
    cohortComplete,
    cohortCancel,
    cohortAnnounce,
  ],
  queries: [cohortsGet, cohortsAnnouncements, instructorCohorts],
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
  listeners: [freeSeat, seatMoved, cohortClosed],
  tasks: [tellCohort, closeCohort],
  jobs: [cohortActivation],
  routes,
  personal: [personalCohorts, personalAnnouncements],
});
