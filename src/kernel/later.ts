/** A module that costs start-up nothing: a command names it in `loads` and has it before its input is checked. */
export type Later<M = unknown> = {
  load(): Promise<void>;
  /** Throws where nobody loaded it: the definition that needs it has to name it. */
  readonly loaded: M;
};

/** Evaluated at its first `load`, once an isolate; one that failed is tried again. */
export function later<M>(name: string, from: () => Promise<M>): Later<M> {
  let module: M | undefined;
  return {
    async load() {
      module ??= await from();
    },
    get loaded() {
      if (module === undefined) throw new Error(`${name} is used by what does not load it`);
      return module;
    },
  };
}

export const loadAll = (all: readonly Later[]): Promise<unknown> =>
  Promise.all(all.map((one) => one.load()));
