import { askByPost, get, post } from "../kernel/route.ts";
import { olxImport } from "./commands/olx-import.ts";
import {
  openedxCartridge,
  openedxCheck,
  openedxImport,
  openedxOlx,
  openedxValidate,
} from "./olx-queries.ts";

const course = "/lms/openedx/courses/:courseId";

export const olxRoutes = [
  get(`${course}/olx`, openedxOlx),
  get(`${course}/cartridge`, openedxCartridge),
  get(`${course}/check`, openedxCheck),
  askByPost("/lms/openedx/olx/validate", openedxValidate),
  post("/lms/openedx/olx/import", olxImport),
  get("/lms/openedx/olx/imports/:importId", openedxImport),
];
