// A school on a plain Node server, all of it in memory: `node examples/plain-node/main.ts` after `npm run build:package`.
import { createLMSPlugin } from "lyceum";
import { createInMemoryHost } from "lyceum/memory";
import { serve } from "./serve.ts";

const port = Number(process.env.PORT ?? 8788);
const url = `http://127.0.0.1:${port}`;
const host = createInMemoryHost({ origin: url });
const lyceum = createLMSPlugin();
await lyceum.init(host.context);

const org = await host.addOrganization({ name: "School", slug: "school" });
const tokens = new Map<string, string>();
for (const role of ["lms-admin", "instructor", "content-reviewer", "learner"] as const) {
  const { id } = await host.addMember({ orgId: org.id, name: role, roles: [role] });
  tokens.set(role, id);
}

const server = serve(lyceum.getRoutes(), {
  whoCalls: ({ headers }) => {
    const id = tokens.get(headers.authorization?.replace(/^Bearer /, "") ?? "");
    return id === undefined ? { org } : { actor: { id }, org };
  },
});
host.start();
server.listen(port, "127.0.0.1", () => {
  console.log(`${url}/lms/courses · roles as bearer tokens: ${[...tokens.keys()].join(", ")}`);
});

async function stop(): Promise<void> {
  server.close();
  await lyceum.shutdown();
  await host.close();
}
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
