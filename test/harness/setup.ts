import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { clock } from "../../src/cloudflare/clock.ts";
import { forgetKept } from "../../src/cloudflare/kept.ts";

/** One workerd serves all files; each begins with an empty world and the true time. */
await reset();
forgetKept();
clock.now = () => Date.now();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
