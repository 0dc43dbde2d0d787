import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createInMemoryHost } from "../../src/memory/host.ts";
import { createLMSPlugin } from "../../src/plugin.ts";
import { contractOf } from "./suite.ts";

contractOf("the host in memory", async () => {
  execFileSync(process.execPath, [join(import.meta.dirname, "..", "..", "scripts/fonts.mjs")]);
  const { context, idle, close } = createInMemoryHost();
  const plugin = createLMSPlugin();
  await plugin.init(context);
  return {
    plugin,
    context,
    idle,
    close: async () => {
      await plugin.shutdown();
      await close();
    },
  };
});
