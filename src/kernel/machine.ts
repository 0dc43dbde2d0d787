import { type Refusal, refuse } from "./error.ts";

/** From each state, the event that leaves it and the state that it leads to. */
export type Machine<S extends string = string, E extends string = string> = {
  readonly name: string;
  readonly initial: S;
  /** Where a subject may start as well, by what is known of it then. */
  readonly alsoInitial?: readonly S[];
  readonly transitions: Readonly<Record<S, Partial<Record<E, S>>>>;
  /** How a refusal names the event, as `submit for review`; else its own name. */
  readonly phrases?: Partial<Record<E, string>>;
};

export const machine = <S extends string, E extends string>(
  definition: Machine<S, E>,
): Machine<S, E> => definition;

/** The state that an event leads to, or the refusal that names the states it may start from. */
export function transition<S extends string, E extends string>(
  of: Machine<S, E>,
  state: S,
  event: E,
): { to: S } | Refusal<"INVALID_TRANSITION"> {
  const to = of.transitions[state][event];
  if (to !== undefined) return { to };
  const entity = of.name.replace(/([A-Z])/g, " $1").toLowerCase();
  const words = `${entity[0]?.toUpperCase()}${entity.slice(1)}`;
  return refuse(
    "INVALID_TRANSITION",
    `${words} must be in ${sourcesOf(of, event).join(" or ")} status to ${of.phrases?.[event] ?? event}; it is ${state}`,
    { more: { state } },
  );
}

export function sourcesOf<S extends string, E extends string>(of: Machine<S, E>, event: E): S[] {
  const states = Object.keys(of.transitions) as S[];
  return states.filter((state) => of.transitions[state][event] !== undefined);
}

export const statesOf = <S extends string>(of: Machine<S, string>): S[] =>
  Object.keys(of.transitions) as S[];
