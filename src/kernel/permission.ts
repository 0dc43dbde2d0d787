import { type Refusal, refuse } from "./error.ts";
import { breaks, type Facts, type Rule, type RuleExpr } from "./rule.ts";

export const ROLES = [
  "lms-admin",
  "org-admin",
  "instructor",
  "content-reviewer",
  "learner",
] as const;
export type Role = (typeof ROLES)[number];

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

/** By what an actor was recognized; its id goes into the events' metadata. */
export type Credential = { kind: "session" | "key" | "token"; id: string };

export type Actor = {
  readonly id: string;
  readonly type: "human" | "system" | "api_key" | "public";
  readonly roles: readonly Role[];
  readonly orgId: string;
  /** Patterns over command and query names, as `lms.enrollment.*`; absent means all. */
  readonly scopes?: readonly string[];
  readonly credential?: Credential;
};

/** Whose a row may be: in a role, or as a person, whatever roles it holds. */
export type Owner = Role | "member";

/** Who may: `any` without a look at the row, `own` if the row is its own; `public` needs no actor. */
export type Permission = {
  readonly action: string;
  readonly public?: boolean;
  readonly any?: readonly Role[];
  readonly own?: readonly Owner[];
};

export const EVERY_MEMBER = ROLES;

export const systemActor = (orgId: string): Actor => ({
  id: "system",
  type: "system",
  roles: [],
  orgId,
});

export const publicActor = (orgId: string): Actor => ({
  id: "public",
  type: "public",
  roles: [],
  orgId,
});

const isTrue = (field: string): RuleExpr => ({ field, op: "eq", value: true });

const rules = new WeakMap<Permission, Rule<"PERMISSION_DENIED">>();

/** A permission as the rule that decides it, registered under its action. */
export function permissionRule(permission: Permission): Rule<"PERMISSION_DENIED"> {
  const rule = rules.get(permission) ?? ruleOf(permission);
  rules.set(permission, rule);
  return rule;
}

function ruleOf({
  action,
  public: everybody,
  any = [],
  own = [],
}: Permission): Rule<"PERMISSION_DENIED"> {
  const expr: RuleExpr = everybody
    ? { and: [] }
    : {
        or: [
          ...any.map((role) => isTrue(`actor.role.${role}`)),
          ...own.map((owner) => ({
            and: [isTrue(`actor.role.${owner}`), isTrue(`own.${owner}`)],
          })),
          { field: "actor.type", op: "eq", value: "system" },
        ],
      };
  const detail = `Permission denied: ${action}`;
  return { id: action, scope: action, expr, code: "PERMISSION_DENIED", detail };
}

/** What a permission's rule is asked over: in which roles the actor acts, and in which the row is its own. */
export function permissionFacts(actor: Actor, isOwn: (owner: Owner) => boolean): Facts {
  const owners = actingAs(actor);
  const asTrue = (all: readonly Owner[]) => Object.fromEntries(all.map((owner) => [owner, true]));
  return {
    actor: { type: actor.type, role: asTrue(owners) },
    own: asTrue(owners.filter(isOwn)),
  };
}

/** Before any row is read: whether one of the actor's roles could be allowed at all. */
export function mayAttempt(
  permission: Permission,
  actor: Actor,
  type: string,
): Refusal | undefined {
  if (actor.type === "system") return undefined;
  if (actor.scopes && !actor.scopes.some((scope) => covers(scope, type))) {
    return refuse("PERMISSION_DENIED", `Permission denied: this key's scopes do not cover ${type}`);
  }
  if (permission.public) return undefined;
  if (actor.type === "public") {
    return refuse("UNAUTHENTICATED", "Sign in, or send an API key as Authorization: Bearer");
  }
  return breaks(
    permissionRule(permission),
    permissionFacts(actor, () => true),
  );
}

const actingAs = ({ roles }: Actor): readonly Owner[] =>
  roles.length > 0 ? [...roles, "member"] : [];

/** What makes a row an actor's own, by the role it acts in. */
export type Ownership<R> = { [owner in Owner]?: Owns<R>["owns"] };
/** A method, so that a definition of narrow rows still fits a list of definitions. */
type Owns<R> = { owns(rows: R, actor: Actor): boolean };

/** With the rows at hand: whether one of the roles allows it on this row. */
export function mayTouch<R>(
  permission: Permission,
  own: Ownership<R> | undefined,
  rows: R,
  actor: Actor,
): Refusal | undefined {
  if (actor.type === "system" || permission.public) return undefined;
  const isOwn = (owner: Owner): boolean =>
    permission.own?.includes(owner) === true && own?.[owner]?.(rows, actor) === true;
  return breaks(permissionRule(permission), permissionFacts(actor, isOwn));
}

/** `lms.enrollment.*` covers `lms.enrollment.create`; `*` covers everything; else the very name. */
export function covers(pattern: string, type: string): boolean {
  if (pattern === "*" || pattern === type) return true;
  return pattern.endsWith(".*") && type.startsWith(pattern.slice(0, -1));
}
