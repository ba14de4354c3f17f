import { ForkdError, redactAddress } from "@forkd/contract";

/** Where a pack is got from. */
export type PackSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "url"; readonly url: URL }
  | { readonly kind: "registry"; readonly reference: string }
  | { readonly kind: "index"; readonly name: string; readonly version: string };

const INDEX_NAME =
  /^([A-Za-z0-9][A-Za-z0-9_-]{0,63}\/[A-Za-z0-9][A-Za-z0-9._-]{0,127})(?:@([A-Za-z0-9._-]{1,64}))?$/;

/**
 * Reads what a user names a pack by: an absolute path; an http(s) URL; `oci://registry/name:tag`, or that without the
 * scheme when the registry's name has a dot or a port; `owner/name[@version]`. Throws `invalid_request`.
 */
export function parsePackSource(text: string): PackSource {
  if (text.startsWith("/")) return { kind: "file", path: text };
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return { kind: "url", url: new URL(text) };
  if (text.startsWith("oci://")) return { kind: "registry", reference: text };
  const [host = ""] = text.split("/");
  if (text.includes("/") && /[.:]|^localhost$/.test(host)) return { kind: "registry", reference: text };
  const [, name, version = "latest"] = INDEX_NAME.exec(text) ?? [];
  if (name !== undefined) return { kind: "index", name, version };
  const message = `${JSON.stringify(redactAddress(text).slice(0, 200))} must be an absolute path, an http(s) URL, oci://registry/name:tag, or owner/name[@version]`;
  throw new ForkdError("invalid_request", { issues: [{ path: "source", message }] });
}
