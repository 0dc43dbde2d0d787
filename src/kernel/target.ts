/** Where this runs: in development the machine itself may be called, and without TLS. */
export type Environment = "development" | "production";

/**
 * Why a configured address may not be called, or nothing. Outside development it is https, a public host and
 * the usual port: what a caller configures reaches nothing that only the deployment can see.
 */
export function refusedTarget(address: string, environment: Environment): string | undefined {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return "Has to be an address of http or https";
  if (url.username !== "" || url.password !== "") return "Without a user name or password in it";
  if (url.search !== "" || url.hash !== "") return "Without a query or fragment";
  if (environment === "development") return undefined;
  if (url.protocol !== "https:") return "Has to be https";
  if (url.port !== "") return "Without a port: https has its own";
  return isPublicHost(url.hostname) ? undefined : "Has to be a host that is reached publicly";
}

/** `URL` has already written an IPv4 address of any spelling (hex, octal, one number) in four parts. */
function isPublicHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  // No certificate that anybody checks names an IPv6 address; some of them carry a private IPv4 one.
  if (host.startsWith("[")) return false;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isPublicV4(host);
  if (!host.includes(".")) return false;
  return !PRIVATE_NAMES.some((name) => host === name || host.endsWith(`.${name}`));
}

const PRIVATE_NAMES = [
  "localhost",
  "local",
  "internal",
  "localdomain",
  "lan",
  "home.arpa",
  "onion",
];

function isPublicV4(host: string): boolean {
  const [a = 0, b = 0, c = 0] = host.split(".").map(Number);
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b <= 127) return false;
  if (a === 169 && b === 254) return false;
  if (a === 172 && b >= 16 && b <= 31) return false;
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) return false;
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false;
  return !(a === 203 && b === 0 && c === 113);
}
