import { analytics } from "./analytics/context.ts";
import { assessment } from "./assessment/context.ts";
import { catalog } from "./catalog/context.ts";
import { certification } from "./certification/context.ts";
import { cohorts } from "./cohorts/context.ts";
import { enrollment } from "./enrollment/context.ts";
import { events } from "./events/context.ts";
import { files } from "./files/context.ts";
import { identity } from "./identity/context.ts";
import { registryOf } from "./kernel/context.ts";
import { learning } from "./learning/context.ts";
import { live } from "./live/context.ts";
import { notifications } from "./notifications/context.ts";
import { openedx } from "./openedx/context.ts";
import { payments } from "./payments/context.ts";

const contexts = [
  identity,
  catalog,
  files,
  enrollment,
  payments,
  learning,
  assessment,
  certification,
  cohorts,
  live,
  notifications,
  analytics,
  openedx,
  events,
] as const;

/** Every context there is; mediator, routes, client and the test matrix are derived from it. */
export const lms = registryOf(contexts);

/** The contexts with the types of all that they define. */
export type Contexts = typeof contexts;
