import { and, asc, eq, isNull } from "drizzle-orm";
import * as z from "zod";
import { refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import { afterCursor, pageFault, pageInput, pageOf, pageOutput, windowOf } from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import { categoryAnswer, showCategory } from "./category.ts";
import { catalogueReadBy, categoryManageBy } from "./permissions.ts";
import { lmsCategories } from "./schema.ts";

const order = [lmsCategories.position, lmsCategories.id];

export const categoriesList = query({
  type: "lms.categories.list",
  summary: "Categories by their position; `parentId` gives the children of one",
  input: z.strictObject({
    ...pageInput,
    parentId: id.optional(),
    includeInactive: z
      .preprocess(
        (value) => (value === "true" ? true : value === "false" ? false : value),
        z.boolean(),
      )
      .default(false)
      .describe("lms-admin's"),
  }),
  output: pageOutput(categoryAnswer),
  permission: catalogueReadBy,
  catalogue: true,
  fault: (input, actor) => {
    const all =
      !input.includeInactive || actor.type === "system" || actor.roles.includes("lms-admin");
    if (all) return pageFault(input);
    return actor.type === "public"
      ? refuse("UNAUTHENTICATED", "Sign in: inactive categories are lms-admin's to see")
      : refuse("PERMISSION_DENIED", `Permission denied: ${categoryManageBy.action}`);
  },
  read: ({ db, input, actor }) => {
    const { limit, offset } = windowOf(input);
    const { parentId, includeInactive } = input;
    return {
      categories: db
        .select()
        .from(lmsCategories)
        .where(
          and(
            eq(lmsCategories.organizationId, actor.orgId),
            isNull(lmsCategories.deletedAt),
            parentId === undefined ? undefined : eq(lmsCategories.parentId, parentId),
            includeInactive ? undefined : eq(lmsCategories.status, "active"),
            afterCursor(input.cursor, order, "asc"),
          ),
        )
        .orderBy(...order.map((column) => asc(column)))
        .limit(limit)
        .offset(offset),
    };
  },
  answer: ({ categories }, { input }) =>
    pageOf(input, categories, (row) => [row.position, row.id], showCategory),
});
