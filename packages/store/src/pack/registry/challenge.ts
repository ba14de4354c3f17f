/** How a server wants to be told who asks. */
export interface Challenge {
  readonly scheme: "basic" | "bearer" | "other";
  readonly realm: string | undefined;
  readonly service: string | undefined;
}

const LIMIT_CHARACTERS = 4096;

/** Reads a `www-authenticate` header of one challenge: RFC 9110, 11.6.1. */
export function parseChallenge(header: string): Challenge {
  const [, name = "", rest = ""] = /^\s*([A-Za-z]+)\s*(.*)$/s.exec(header.slice(0, LIMIT_CHARACTERS)) ?? [];
  const parameters = new Map<string, string>();
  for (const [, key = "", value = ""] of rest.matchAll(/([A-Za-z]+)="([^"]*)"/g))
    parameters.set(key.toLowerCase(), value);
  const scheme = name.toLowerCase();
  return {
    scheme: scheme === "basic" || scheme === "bearer" ? scheme : "other",
    realm: parameters.get("realm"),
    service: parameters.get("service"),
  };
}
