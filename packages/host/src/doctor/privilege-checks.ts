import { userInfo } from "node:os";
import { readIfPresent } from "@forkd/posix";
import { findProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";
import type { Check } from "./check.ts";
import { pass, skip, warn } from "./check.ts";

const LEAST_IDS = 65_536;
/** The launcher of machines may have to be built first. */
const LAUNCHER_MS = 60_000;

const CONFINEMENT_HINT =
  "run the daemon as root, or let it make user namespaces: " +
  "sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0";

/** What an ordinary user is allowed. */
export const PRIVILEGE_CHECKS: readonly Check[] = [
  {
    name: "user namespaces",
    look: async ({ signal }) => {
      if (process.getuid?.() === 0) return skip("not needed as root");
      const result = await runCommand("unshare", ["--user", "--map-root-user", "true"], { signal });
      if (result.ok) return pass("an ordinary user can make one");
      const hint =
        "sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0";
      return warn(`images cannot be built: ${result.tail.join("; ")}`, hint);
    },
  },
  {
    name: "subordinate ids",
    look: async () => {
      if (process.getuid?.() === 0) return skip("not needed as root");
      const uid = process.getuid?.() ?? -1;
      const username = nameOfUser() ?? String(uid);
      for (const file of ["/etc/subuid", "/etc/subgid"]) {
        const count = countSubordinateIds((await readIfPresent(file)) ?? "", [username, String(uid)]);
        if (count >= LEAST_IDS) continue;
        const hint = `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}`;
        return warn(`images cannot be built: ${file} gives ${username} ${count} ids of ${LEAST_IDS}`, hint);
      }
      if ((await findProgram("newuidmap")) !== undefined) return pass(`${username} has ${LEAST_IDS} or more`);
      return warn("images cannot be built: newuidmap is not in PATH", "sudo apt-get install uidmap");
    },
  },
  {
    name: "confinement",
    timeoutMs: LAUNCHER_MS,
    look: async ({ findConfinement }) => {
      const { confinement, why } = await findConfinement();
      switch (confinement) {
        case "user":
          return pass("each machine has a user, a root, a network and IPC of its own");
        case "namespace":
          return pass(`each machine has a root, a network and IPC of its own, and the daemon's user`);
        case "filter":
          return warn(`machines could reach files of the daemon's user: ${why}`, CONFINEMENT_HINT);
      }
    },
  },
  {
    name: "limits",
    look: async ({ limits }) => {
      const probes = await limits.probe();
      const missing = probes.filter(({ available }) => !available);
      const told = (missing.length > 0 ? missing : probes)
        .map(({ kind, why }) => `${kind}: ${why}`)
        .join("; ");
      if (missing.length === 0) return pass(told);
      return warn(told, "run the daemon as root, or as a user service with Delegate=memory cpu pids");
    },
  },
];

/** The largest range that a subuid(5) text gives one of these names. */
export function countSubordinateIds(text: string, names: readonly string[]): number {
  const ranges = text.split("\n").map((line) => line.split(":"));
  return Math.max(
    0,
    ...ranges.filter(([name = ""]) => names.includes(name)).map(([, , count]) => Number(count) || 0),
  );
}

/** Whose process this is; undefined for a user that has no name, as in many containers. */
function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
