import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import {
  type CategoryRow,
  categoryAnswer,
  categoryFields,
  DEPTH_MAX,
  guardNoRing,
  lineOf,
  showCategory,
} from "../category.ts";
import { categoryUpdated } from "../events.ts";
import { categoryManageBy } from "../permissions.ts";
import { lmsCategories } from "../schema.ts";
import { categoryById, guardCategory } from "../statements.ts";

export const categoryUpdate = command({
  type: "lms.category.update",
  summary: "Change a category, or move it under another",
  input: z.strictObject({
    categoryId: id,
    ...categoryFields,
    name: categoryFields.name.optional(),
  }),
  output: categoryAnswer,
  permission: categoryManageBy,
  emits: [categoryUpdated],
  refuses: ["DUPLICATE", "NOT_FOUND", "RULE_FAILED"],
  read: ({ db, input, actor }) => ({
    category: found("Category", categoryById(db, actor.orgId, input.categoryId)),
    parent: input.parentId
      ? found("Category", categoryById(db, actor.orgId, input.parentId))
      : undefined,
    above: input.parentId ? lineOf(db, actor.orgId, input.parentId) : undefined,
  }),
  revises: "category",
  decide: ({ category, above }, { db, input, actor, now }) => {
    if (above?.some((one) => one.id === category.id)) {
      return refuse(
        "RULE_FAILED",
        "A category can't lie under itself, or under one that lies in it",
      );
    }
    if (above && above.length >= DEPTH_MAX) {
      return refuse("RULE_FAILED", `Categories lie at most ${DEPTH_MAX} deep`);
    }
    const { categoryId, ...set } = input;
    const updatedFields = Object.keys(set);
    const next = set as Partial<CategoryRow>;
    const changed = { ...category, ...next, version: category.version + 1, updatedAt: now };
    const { name, slug } = changed;
    return {
      answer: showCategory(changed),
      events: [event(categoryUpdated, category, { categoryId, name, slug, updatedFields })],
      writes: [
        revise(db, lmsCategories, category, next, { now }),
        ...(input.parentId ? [guardNoRing(db, actor.orgId, categoryId)] : []),
        ...guardCategory(db, actor.orgId, input.parentId),
      ],
    };
  },
});
