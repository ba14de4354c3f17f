import type { ImageRecipe } from "@forkd/contract";
import { DEFAULT_FILES } from "./default-files.ts";
import { STEP_MARK } from "./hooks.ts";

/** What no two machines may share, and what the image is smaller without. */
const REMOVALS = [
  "rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub /etc/apt/apt.conf.d/99mmdebstrap",
  "rm -f /var/lib/systemd/random-seed /var/lib/dbus/machine-id /var/cache/debconf/*-old /var/lib/dpkg/*-old",
  "rm -rf /usr/share/man/* /usr/share/info/* /usr/share/lintian/* /usr/share/locale/*/LC_MESSAGES",
  "find /usr/share/doc -type f ! -name copyright -delete",
  "find /var/log -type f -exec truncate -s 0 {} +",
  ": > /etc/machine-id",
];

/** The last hook: names that are nobody's, no keys, no seeds, no documentation. */
export function createFinishHook(files: ImageRecipe["files"]): string {
  const own = new Set(files.map((file) => file.path));
  const defaults = DEFAULT_FILES.filter(({ path }) => !own.has(path)).map(
    ({ path, lines }) =>
      `rm -f ${path}; printf "%s\\n" ${lines.map((line) => `"${line}"`).join(" ")} > ${path}`,
  );
  return `echo ${STEP_MARK} finish; exec chroot "$1" /bin/sh -c '${["set -e", ...REMOVALS, ...defaults].join("; ")}'`;
}
