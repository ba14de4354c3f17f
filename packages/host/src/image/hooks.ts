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
