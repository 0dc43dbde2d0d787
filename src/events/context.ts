import { context } from "../kernel/context.ts";
import { get, post } from "../kernel/route.ts";
import { deadLetterRetry } from "./commands/dead-letter-retry.ts";
import { jobRun } from "./commands/job-run.ts";
import { retention } from "./jobs.ts";
import { personalAnswers, personalEvents, personalTasks } from "./personal.ts";
import { adminDeadLetters, adminEvents } from "./queries.ts";

export const events = context({
  name: "events",
  commands: [deadLetterRetry, jobRun],
  queries: [adminEvents, adminDeadLetters],
  jobs: [retention],
  routes: [
    get("/lms/admin/events", adminEvents),
    get("/lms/admin/dead-letters", adminDeadLetters),
    post("/lms/admin/dead-letters/:deadLetterId/retry", deadLetterRetry),
  ],
  personal: [personalEvents, personalAnswers, personalTasks],
});
