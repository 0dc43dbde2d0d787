import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { guardUnheld, heldBy } from "../category.ts";
import { categoryDeleted } from "../events.ts";
import { categoryManageBy } from "../permissions.ts";
import { lmsCategories } from "../schema.ts";
import { categoryById } from "../statements.ts";

export const categoryDelete = command({
  type: "lms.category.delete",
  summary: "Delete a category that holds nothing",
  input: z.strictObject({ categoryId: id }),
  output: z.object({ id: z.string(), deletedAt: shownInstant }),
  permission: categoryManageBy,
  emits: [categoryDeleted],
  refuses: ["RULE_FAILED"],
  read: ({ db, input, actor }) => ({
    category: found("Category", categoryById(db, actor.orgId, input.categoryId)),
    held: found("Category", heldBy(db, actor.orgId, input.categoryId)),
  }),
  revises: "category",
  decide: ({ category, held }, { db, actor, now }) => {
    const holder = held.child ?? held.course;
    if (holder !== null) {
      return refuse("RULE_FAILED", `This category holds “${holder}”; move what it holds first`);
    }
    const { id: categoryId, name, slug } = category;
    return {
      answer: { id: categoryId, deletedAt: iso(now) },
      events: [event(categoryDeleted, category, { categoryId, name, slug })],
      writes: [
        revise(db, lmsCategories, category, { deletedAt: now }, { now }),
        guardUnheld(db, actor.orgId, categoryId),
      ],
    };
  },
});
