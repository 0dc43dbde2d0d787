import { context } from "../kernel/context.ts";
import { olxImport } from "./commands/olx-import.ts";
import { openedxConfigurationCreate } from "./commands/openedx-configuration-create.ts";
import { openedxConfigurationDelete } from "./commands/openedx-configuration-delete.ts";
import { openedxConfigurationTest } from "./commands/openedx-configuration-test.ts";
import { openedxConfigurationUpdate } from "./commands/openedx-configuration-update.ts";
import { openedxEmpty } from "./commands/openedx-empty.ts";
import { openedxJobCancel } from "./commands/openedx-job-cancel.ts";
import { openedxPublish } from "./commands/openedx-publish.ts";
import { NAME_TAKEN } from "./configuration.ts";
import {
  configurationCreated,
  configurationDeleted,
  configurationTested,
  configurationUpdated,
  importCompleted,
  importProgress,
  importStarted,
} from "./events.ts";
import { importJobMachine } from "./machine.ts";
import { personalOlxImports } from "./olx-personal.ts";
import {
  openedxCartridge,
  openedxCheck,
  openedxImport,
  openedxOlx,
  openedxValidate,
} from "./olx-queries.ts";
import { olxRoutes } from "./olx-routes.ts";
import { olxImportTask, olxNamesTask } from "./olx-tasks.ts";
import {
  openedxConfiguration,
  openedxConfigurations,
  openedxCourseStatus,
  openedxJob,
  openedxJobs,
} from "./queries.ts";
import { routes } from "./routes.ts";
import { importTask } from "./tasks.ts";

export const openedx = context({
  name: "openedx",
  commands: [
    openedxConfigurationCreate,
    openedxConfigurationUpdate,
    openedxConfigurationDelete,
    openedxConfigurationTest,
    openedxPublish,
    openedxEmpty,
    openedxJobCancel,
    olxImport,
  ],
  queries: [
    openedxConfigurations,
    openedxConfiguration,
    openedxJobs,
    openedxJob,
    openedxCourseStatus,
    openedxOlx,
    openedxCartridge,
    openedxCheck,
    openedxValidate,
    openedxImport,
  ],
  events: [
    configurationCreated,
    configurationUpdated,
    configurationDeleted,
    configurationTested,
    importStarted,
    importProgress,
    importCompleted,
  ],
  machines: [importJobMachine],
  constraints: {
    "lms_configurations.organization_id, lms_configurations.name": {
      code: "DUPLICATE",
      detail: NAME_TAKEN,
    },
    "lms_import_jobs.course_id": {
      code: "IMPORT_IN_PROGRESS",
      detail: "A job of this course is under way: wait for it, or cancel it",
    },
  },
  tasks: [importTask, olxNamesTask, olxImportTask],
  routes: [...routes, ...olxRoutes],
  personal: [personalOlxImports],
});
