import { connect } from "cloudflare:sockets";
import type { LMSAdapter } from "../kernel/lms-adapter.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Environment } from "../kernel/target.ts";
import { clock } from "./clock.ts";

/** An adapter's code is loaded when one is first asked for. */
export const lmsPort = (environment: Environment): Ports["lms"] => ({
  adapterFor: async (config): Promise<LMSAdapter> => {
    if (config.type !== "openedx") {
      const { notSupported } = await import("../adapters/not-supported.ts");
      return notSupported(config);
    }
    const { openEdX } = await import("../adapters/openedx.ts");
    return openEdX(config, {
      fetch: (address, init) => fetch(address, init),
      now: () => clock.now(),
      environment,
      reaches,
      fixedLength: (size) => new FixedLengthStream(size),
    });
  },
});

const REACHED_WITHIN_MS = 2_000;

async function reaches(hostname: string, port: number): Promise<boolean> {
  const socket = connect({ hostname, port });
  const late = scheduler.wait(REACHED_WITHIN_MS).then(() => {
    throw new Error("late");
  });
  try {
    await Promise.race([socket.opened, late]);
    return true;
  } catch {
    return false;
  } finally {
    late.catch(() => undefined);
    await socket.close().catch(() => undefined);
  }
}
