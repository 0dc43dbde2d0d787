import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    issuerUrl: string;
  }
}

export type SignAsk = {
  payload: Record<string, unknown>;
  /** The published key, or one that is not published though its id is asked for. */
  by?: "published" | "unpublished" | "shared-secret";
  kid?: string;
};

/** An identity provider on this machine, for Workers under test: its keys at /jwks, tokens from /sign. */
export default async function setup(project: TestProject) {
  const server = await serveIssuer();
  project.provide("issuerUrl", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return () => new Promise<void>((resolve) => server.close(() => resolve()));
}

async function serveIssuer(): Promise<Server> {
  const published = await generateKeyPair("ES256", { extractable: true });
  const unpublished = await generateKeyPair("ES256");
  const jwks = {
    keys: [{ ...(await exportJWK(published.publicKey)), kid: "first", alg: "ES256", use: "sig" }],
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (url.pathname === "/jwks") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(jwks));
      return;
    }
    if (url.pathname === "/broken") {
      response.statusCode = 500;
      response.end("no keys today");
      return;
    }
    const ask = JSON.parse(await textOf(request)) as SignAsk;
    const secret = ask.by === "shared-secret";
    const key = secret
      ? new TextEncoder().encode(JSON.stringify(jwks.keys[0]).padEnd(32, "."))
      : (ask.by === "unpublished" ? unpublished : published).privateKey;
    const token = await new SignJWT(ask.payload)
      .setProtectedHeader({ alg: secret ? "HS256" : "ES256", kid: ask.kid ?? "first" })
      .sign(key);
    response.end(token);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
