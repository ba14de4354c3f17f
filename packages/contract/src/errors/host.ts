import { defineError } from "./definition.ts";
import { act, hint } from "../hints/hint.ts";
import { quoteShellWord } from "../hints/quote-shell.ts";

/** The machine that we run on. */
export const HOST_ERRORS = {
  invalid_configuration: defineError<{ variable: string; value: string; why: string }>({
    status: 500,
    retryable: false,
    message: ({ variable, value, why }) => `${variable}=${value} cannot be used: it ${why}`,
    hint: () => "mend the variable, and see docs/reference/configuration.md",
  }),
  requirement_missing: defineError<{ requirement: string; why: string; mend: string }>({
    status: 503,
    retryable: true,
    message: ({ requirement, why }) => `this host lacks ${requirement}: ${why}`,
    hint: ({ mend }) => hint`${mend}; ${act("doctor")} checks everything`,
  }),
  daemon_running: defineError<{ dataDir: string; pid: number | null; socketPath: string | null }>({
    status: 409,
    retryable: false,
    message: ({ dataDir, pid, socketPath }) =>
      `another daemon${pid === null ? "" : ` (pid ${pid})`} is running on ${dataDir}` +
      (socketPath === null ? "" : `, and listens on ${socketPath}`),
    hint: ({ socketPath }) => {
      const it = socketPath === null ? "" : `FORKD_SOCKET=${quoteShellWord(socketPath)} `;
      const other = "another FORKD_DATA_DIR and FORKD_SOCKET";
      return hint`use it (${it}${act("listSandboxes")}), stop it (${it}${act("stop")}), or give this one ${other}`;
    },
  }),
  stop_failed: defineError<{ failures: { id: string; code: string; error: string }[]; total: number }>({
    status: 409,
    retryable: true,
    message: ({ failures, total }) =>
      `the daemon runs on: ${failures.length} of ${total} sandboxes could not be suspended; ` +
      `${failures[0]?.id}: ${failures[0]?.error}`,
    hint: () =>
      hint`details.failures names each; to leave those running: ${act("stop", { on_exit: "keep" })}`,
  }),
  no_memory: defineError<{
    tag: string;
    n: number;
    eachMib: number;
    /** How many siblings that was measured of; 0: it is what children take at first. */
    siblings: number;
    availableMib: number;
    reserveMib: number;
  }>({
    status: 503,
    retryable: true,
    message: ({ tag, n, eachMib, siblings, availableMib, reserveMib }) =>
      `no memory is left for ${n} ${n === 1 ? "child" : "children"} of ${tag}: each takes about ${eachMib} MiB` +
      `${siblings === 0 ? "" : `, as ${siblings} of its siblings do`}; ${availableMib} MiB are available, of which ` +
      `${reserveMib} MiB are the host's`,
    hint: () =>
      hint`end some (${act("killSandbox")}), fork fewer, or see FORKD_RESERVE_MEMORY_MIB and FORKD_ADMISSION`,
  }),
  disk_full: defineError<{ path: string; doing: string }>({
    status: 507,
    retryable: true,
    message: ({ path, doing }) => `no space is left at ${path} for ${doing}`,
    hint: () =>
      hint`free some space (${act("deleteSnapshot")}), or set FORKD_DATA_DIR to a larger disk; nothing was left behind`,
  }),
  out_of_resources: defineError<{ resource: string; why: string }>({
    status: 503,
    retryable: true,
    message: ({ resource, why }) => `the host has no ${resource} left: ${why}`,
    hint: () => hint`end some sandboxes (${act("killSandbox")}) and try again`,
  }),
  no_network: defineError<{ id: string }>({
    status: 409,
    retryable: false,
    message: ({ id }) => `sandbox ${id} has no network`,
    hint: () => "fork one that has: whether it has a network is said when it is forked",
  }),
  network_failed: defineError<{ command: string; why: string }>({
    status: 500,
    retryable: false,
    message: ({ command, why }) => `a network could not be set up: ${command}: ${why}`,
    hint: () => hint`${act("doctor")} says what networks need`,
  }),
  vmm_failed: defineError<{ command: string; why: string }>({
    status: 500,
    retryable: false,
    message: ({ command, why }) => `QEMU refused ${command}: ${why}`,
    hint: () => hint`see the machine's log: ${act("logs", { id: null, source: "vmm" })}`,
  }),
};
