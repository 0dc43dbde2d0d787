import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { found, maybe } from "../../kernel/statement.ts";
import {
  type CategoryRow,
  categoryAnswer,
  categoryFields,
  categorySlugTaken,
  DEPTH_MAX,
  lineOf,
  showCategory,
} from "../category.ts";
import { categoryCreated } from "../events.ts";
import { categoryManageBy } from "../permissions.ts";
import { lmsCategories } from "../schema.ts";
import { scripts, slugBeside, slugOf } from "../slug.ts";
import { categoryById, guardCategory } from "../statements.ts";

export const categoryCreate = command({
  type: "lms.category.create",
  summary: "Create a category",
  input: z.strictObject(categoryFields),
  output: categoryAnswer,
  statuses: [201],
  permission: categoryManageBy,
  emits: [categoryCreated],
  refuses: ["DUPLICATE", "NOT_FOUND", "RULE_FAILED"],
  loads: [scripts],
  read: ({ db, input, actor }) => ({
    parent: input.parentId
      ? found("Category", categoryById(db, actor.orgId, input.parentId))
      : undefined,
    above: input.parentId ? lineOf(db, actor.orgId, input.parentId) : undefined,
    taken: maybe(categorySlugTaken(db, actor.orgId, input.slug ?? slugOf(input.name, ""))),
  }),
  decide: ({ above, taken }, { db, input, actor, now, id }) => {
    if (above && above.length >= DEPTH_MAX) {
      return refuse("RULE_FAILED", `Categories lie at most ${DEPTH_MAX} deep`);
    }
    const categoryId = id();
    const made = slugOf(input.name, `category-${categoryId.slice(-6)}`);
    const category: CategoryRow = {
      id: categoryId,
      organizationId: actor.orgId,
      name: input.name,
      slug: input.slug ?? (taken ? slugBeside(made, categoryId) : made),
      description: input.description ?? "",
      parentId: input.parentId ?? null,
      position: input.position ?? 0,
      status: input.status ?? "active",
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const { name, slug, parentId } = category;
    return {
      answer: showCategory(category),
      events: [
        event(
          categoryCreated,
          { id: categoryId, version: 0 },
          { categoryId, name, slug, parentId },
        ),
      ],
      writes: [
        db.insert(lmsCategories).values(category),
        ...guardCategory(db, actor.orgId, parentId),
      ],
    };
  },
});
