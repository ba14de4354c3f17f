import { resolve } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { registryCredentials } from "../environment.ts";

export const descriptionOption = () => new Option("--description <text>", "a sentence about it, for people");
export const signOption = () =>
  new Option("--sign <key>", "sign with the private key in this file").argParser(toAbsolute);
export const plainHttpOption = () =>
  new Option("--plain-http", "speak http to the registry, not https (on this host that is so anyway)");
export const packTagOption = () => new Option("--tag <tag>", "the same, as an option");
export const replaceOption = () => new Option("--force", "replace a snapshot of that tag");
export const requireSignatureOption = () =>
  new Option(
    "--require-signature <key>",
    "refuse it unless the public key in this file, or another that is named so, signed it; may be repeated",
  ).argParser(collectPaths);

/** Who we are to a registry: from the environment, since arguments are seen by every user of the host. */
export function credentialsFromEnvironment() {
  return { credentials: registryCredentials() ?? null };
}

function toAbsolute(path: string): string {
  return resolve(path);
}

function collectPaths(path: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, resolve(path)];
}
