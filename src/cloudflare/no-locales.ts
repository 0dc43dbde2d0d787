/** Stands for zod's languages in the Worker's bundle: see wrangler.toml. */
export {};
