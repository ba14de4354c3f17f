import { ForkdError, redactAddress } from "@forkd/contract";

/** Where in a registry something is. */
export interface RegistryReference {
  /** As it was given, for messages. */
  readonly text: string;
  /** The registry's address, such as `https://registry.example.com`. */
  readonly origin: string;
  /** What its credentials are kept under: `registry.example.com:5000`. */
  readonly host: string;
  readonly repository: string;
  /** A tag, or `sha256:…`. */
  readonly target: string;
}

// https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9a-fA-F:]{2,39}\])(?::[0-9]{1,5})?$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const LOOPBACK = /^(?:localhost|127\.[0-9.]+|\[::1\])(?::[0-9]+)?$/;

/**
 * Reads `[oci://|http://|https://]host[:port]/repository[:tag|@sha256:…]`. Without a tag it is `latest`; without a
 * scheme a registry on this host is spoken to in http, any other in https. Throws `invalid_request`.
 */
export function parseRegistryReference(
  text: string,
  { plainHttp }: { plainHttp: boolean },
): RegistryReference {
  const [, scheme = "oci", rest = ""] = /^(?:(oci|https?):\/\/)?(.*)$/s.exec(text) ?? [];
  const slash = rest.indexOf("/");
  const host = rest.slice(0, slash);
  const { repository, target } = splitName(rest.slice(slash + 1));
  const isRight = slash > 0 && HOST.test(host) && REPOSITORY.test(repository) && repository.length <= 255;
  if (!isRight || !(TAG.test(target) || DIGEST.test(target))) throw notAReference(text);
  const isPlain = plainHttp || scheme === "http" || (scheme === "oci" && LOOPBACK.test(host));
  return { text, origin: `${isPlain ? "http" : "https"}://${endpointOf(host)}`, host, repository, target };
}

/** Whether the target is the content itself, not a name for it. */
export function isDigest(target: string): boolean {
  return DIGEST.test(target);
}

function splitName(name: string): { repository: string; target: string } {
  const at = name.indexOf("@");
  // With both, as in name:tag@digest, the digest counts.
  if (at >= 0) return { repository: name.slice(0, at).replace(/:[^/:]*$/, ""), target: name.slice(at + 1) };
  const colon = name.lastIndexOf(":");
  return colon < 0
    ? { repository: name, target: "latest" }
    : { repository: name.slice(0, colon), target: name.slice(colon + 1) };
}

function endpointOf(host: string): string {
  return host === "docker.io" ? "registry-1.docker.io" : host;
}

function notAReference(text: string): ForkdError {
  const message = `${JSON.stringify(redactAddress(text).slice(0, 200))} must be host[:port]/name[:tag] or host[:port]/name@sha256:…`;
  return new ForkdError("invalid_request", { issues: [{ path: "", message }] });
}
