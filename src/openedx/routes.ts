import { del, get, patch, post } from "../kernel/route.ts";
import { openedxConfigurationCreate } from "./commands/openedx-configuration-create.ts";
import { openedxConfigurationDelete } from "./commands/openedx-configuration-delete.ts";
import { openedxConfigurationTest } from "./commands/openedx-configuration-test.ts";
import { openedxConfigurationUpdate } from "./commands/openedx-configuration-update.ts";
import { openedxEmpty } from "./commands/openedx-empty.ts";
import { openedxJobCancel } from "./commands/openedx-job-cancel.ts";
import { openedxPublish } from "./commands/openedx-publish.ts";
import {
  openedxConfiguration,
  openedxConfigurations,
  openedxCourseStatus,
  openedxJob,
  openedxJobs,
} from "./queries.ts";

export const routes = [
  get("/lms/openedx/configurations", openedxConfigurations),
  post("/lms/openedx/configurations", openedxConfigurationCreate, {
    location: "/lms/openedx/configurations/{id}",
  }),
  get("/lms/openedx/configurations/:id", openedxConfiguration),
  patch("/lms/openedx/configurations/:configurationId", openedxConfigurationUpdate),
  del("/lms/openedx/configurations/:configurationId", openedxConfigurationDelete),
  post("/lms/openedx/configurations/:configurationId/test", openedxConfigurationTest),
  post("/lms/openedx/courses/:courseId/publish", openedxPublish),
  get("/lms/openedx/courses/:courseId/status", openedxCourseStatus),
  del("/lms/openedx/courses/:courseId", openedxEmpty),
  get("/lms/openedx/jobs", openedxJobs),
  get("/lms/openedx/jobs/:id", openedxJob),
  post("/lms/openedx/jobs/:jobId/cancel", openedxJobCancel),
];
