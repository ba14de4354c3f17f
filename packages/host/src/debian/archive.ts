import { access } from "node:fs/promises";
import { ForkdError } from "@forkd/contract";

export const DEFAULT_MIRROR = "http://deb.debian.org/debian";
const SECURITY_MIRROR = "http://deb.debian.org/debian-security";

/** Releases that the security team serves; `sid` and its like get their fixes from the suite itself. */
const SUITES_WITH_SECURITY = new Set(["bullseye", "bookworm", "trixie"]);

/** Debian 13 renamed the file, Ubuntu has the first name. */
const KEYRINGS = [
  "/usr/share/keyrings/debian-archive-keyring.gpg",
  "/usr/share/keyrings/debian-archive-keyring.pgp",
];

/**
 * The lines of a sources.list for a suite, with Debian's own keys. A mirror that was named is all there is; the
 * default one is joined by the security archive.
 */
export function listSources(suite: string, mirror: string, keyring: string): string[] {
  const describe = (url: string, name: string) => `deb [signed-by=${keyring}] ${url} ${name} main`;
  const sources = [describe(mirror, suite)];
  if (mirror === DEFAULT_MIRROR && SUITES_WITH_SECURITY.has(suite)) {
    sources.push(describe(SECURITY_MIRROR, `${suite}-security`));
  }
  return sources;
}

/** The path of Debian's archive keys. Throws `requirement_missing`. */
export async function findDebianKeyring(): Promise<string> {
  for (const path of KEYRINGS) {
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new ForkdError("requirement_missing", {
    requirement: "Debian's archive keys",
    why: `there is no ${KEYRINGS[0]}`,
    mend: "install them: sudo apt-get install debian-archive-keyring",
  });
}
