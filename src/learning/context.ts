import { context } from "../kernel/context.ts";
import { progressComplete } from "./commands/progress-complete.ts";
import { progressStart } from "./commands/progress-start.ts";
import { progressUpdate } from "./commands/progress-update.ts";
import { meDashboard } from "./dashboard.ts";
import {
  moduleCompleted,
  moduleStarted,
  moduleUnlocked,
  progressUpdated,
  sectionCompleted,
} from "./events.ts";
import { completionOnQuiz } from "./listeners.ts";
import {
  personalLearningDays,
  personalModuleProgress,
  personalSectionProgress,
} from "./personal.ts";
import { enrollmentsProgress, learnCourse, learnModule, progressGet } from "./queries.ts";
import { routes } from "./routes.ts";
import { moduleSequentialLock } from "./rules.ts";
import { enrollmentsWhy } from "./why.ts";

export const learning = context({
  name: "learning",
  commands: [progressStart, progressUpdate, progressComplete],
  queries: [
    learnCourse,
    learnModule,
    enrollmentsProgress,
    progressGet,
    enrollmentsWhy,
    meDashboard,
  ],
  events: [moduleStarted, moduleCompleted, moduleUnlocked, sectionCompleted, progressUpdated],
  rules: [moduleSequentialLock],
  listeners: [completionOnQuiz],
  routes,
  personal: [personalLearningDays, personalModuleProgress, personalSectionProgress],
});
