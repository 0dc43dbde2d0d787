import {
  CORE_COMMANDS,
  CORE_ENTITIES,
  CORE_EVENTS,
  CORE_MACHINES,
  CORE_QUERIES,
  OPTIONAL_CAPABILITIES,
  REQUIRED_CAPABILITIES,
} from "./core-names.ts";
import { MIGRATIONS } from "./migrations.ts";
import { VERSION } from "./version.ts";

export type LMSManifest = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly requiredCapabilities: readonly string[];
  readonly optionalCapabilities: readonly string[];
  readonly entities: readonly string[];
  readonly events: readonly string[];
  readonly commands: readonly string[];
  readonly queries: readonly string[];
  readonly fsms: readonly string[];
  readonly migrations: readonly string[];
};

/** What the core is and what it asks of its host; what serves screens and operators beside it is not listed. */
export const LMS_MANIFEST: LMSManifest = {
  id: "lms",
  name: "Learning Management System",
  description:
    "Courses, enrollments, progress, assessment, certificates, cohorts and live sessions on the edge",
  version: VERSION,
  requiredCapabilities: REQUIRED_CAPABILITIES,
  optionalCapabilities: OPTIONAL_CAPABILITIES,
  entities: CORE_ENTITIES,
  events: CORE_EVENTS,
  commands: CORE_COMMANDS,
  queries: CORE_QUERIES,
  fsms: CORE_MACHINES,
  migrations: MIGRATIONS,
};
