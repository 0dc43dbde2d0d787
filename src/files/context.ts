import { context } from "../kernel/context.ts";
import { post } from "../kernel/route.ts";
import { uploadCreate } from "./commands/upload-create.ts";
import { uploadFinish } from "./commands/upload-finish.ts";
import { fileUploaded } from "./events.ts";
import { personalFiles } from "./personal.ts";
import { filesGet } from "./queries.ts";

export const files = context({
  name: "files",
  commands: [uploadCreate, uploadFinish],
  queries: [filesGet],
  events: [fileUploaded],
  routes: [post("/lms/uploads", uploadCreate, { location: "/files/{key}" })],
  personal: [personalFiles],
});
