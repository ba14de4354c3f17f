import type { ImageRecipe } from "@forkd/contract";

/** The descriptors by which scripts get into the build: no file that other users could read or change. */
export const HOOK_DESCRIPTORS = { files: 3, script: 4 } as const;

/** A line that a hook prints when its step begins. */
export const STEP_MARK = "FORKD-STEP";

/**
 * Has apt read its index and resolve the packages before anything else, so that a name that does not exist, or packages
 * that do not go together, fail in seconds and not after the base is downloaded. mmdebstrap then finds the index fresh.
 */
export function createResolveHook(packages: readonly string[]): string {
  return (
    `echo ${STEP_MARK} resolve; export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"; ` +
    `apt-get --quiet=2 --option APT::Update::Error-Mode=any update > /dev/null && ` +
    `apt-get --simulate --quiet=2 install ${packages.join(" ")} > /dev/null`
  );
}

/** Writes the extra files, by the shell of the new root. */
export const FILES_HOOK = `echo ${STEP_MARK} files; exec chroot "$1" /bin/sh -eu <&${HOOK_DESCRIPTORS.files}`;

/** Runs the recipe's script in the new root. It is copied in first, so that its commands may read their stdin. */
export const SCRIPT_HOOK =
  `echo ${STEP_MARK} script; ` +
  `exec chroot "$1" /bin/sh -c 'f=$(mktemp) && cat > "$f" && chmod 700 "$f" || exit; ` +
  `"$f" < /dev/null; status=$?; rm -f "$f"; exit $status' <&${HOOK_DESCRIPTORS.script}`;

/** The text of the recipe's script as a file that can be executed. */
export function createScriptFile(script: string): string {
  return script.startsWith("#!") ? script : `#!/bin/sh -e\n${script}\n`;
}

/** The defaults that a recipe's own files replace, written in the new root after everything else. */
const DEFAULT_FILES = [
  { path: "/etc/hostname", lines: ["forkd"] },
  {
    path: "/etc/hosts",
    lines: ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback", "127.0.1.1 forkd"],
  },
  { path: "/etc/resolv.conf", lines: ["# no name server is known until the sandbox has a network"] },
] as const;

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
