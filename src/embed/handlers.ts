import { lms } from "../lms.ts";
import { type CommandHandler, commandHandler } from "./command-handler.ts";
import { coursesListHandler } from "./courses-list-handler.ts";
import { type QueryHandler, queryHandler } from "./query-handler.ts";

/** Every command as a function, by its type. */
export const commandHandlers: ReadonlyMap<string, CommandHandler> = new Map(
  [...lms.commands].map(([type, definition]) => [type, commandHandler(definition)]),
);

/** Every query as a function, by its type. */
export const queryHandlers: ReadonlyMap<string, QueryHandler> = new Map([
  ...[...lms.queries].map(
    ([type, definition]) => [type, queryHandler(definition)] as [string, QueryHandler],
  ),
  ["lms.courses.list", coursesListHandler],
]);
