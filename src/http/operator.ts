import { constantTimeEqual } from "../kernel/constant-time.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Actor } from "../kernel/permission.ts";

const OPERATOR: Actor = { id: "operator", type: "system", roles: [], orgId: "*" };

/** The operator, for `/ops/*` alone: elsewhere its key is a credential that nobody knows. */
export async function operatorOf(request: Request, operatorKey: string): Promise<Actor | Refusal> {
  const sent = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (sent !== undefined && (await constantTimeEqual(sent, operatorKey))) return OPERATOR;
  return refuse("UNAUTHENTICATED", "Send the operator's key as Authorization: Bearer");
}
