import { machine } from "../kernel/machine.ts";

export const courseMachine = machine({
  name: "course",
  initial: "draft",
  transitions: {
    draft: { "submit-review": "under-review" },
    "under-review": { approve: "published", reject: "draft" },
    published: { archive: "archived", unpublish: "draft" },
    archived: { restore: "draft" },
  },
  phrases: { "submit-review": "submit for review" },
});
