import type { D1Migration } from "cloudflare:test";
import type { Env as Bindings } from "../src/cloudflare/env.ts";
import type worker from "../src/worker.ts";

declare global {
  namespace Cloudflare {
    interface Env extends Bindings {
      TEST_MIGRATIONS: D1Migration[];
      ORIGIN: string;
      AUTH_SECRET: string;
      OPERATOR_KEY: string;
      SIGNING_KEY: string;
      SECRETS_KEYS: string;
    }
    interface GlobalProps {
      mainModule: { default: typeof worker };
    }
  }
}
