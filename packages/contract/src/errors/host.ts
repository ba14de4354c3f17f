import { defineError } from "./definition.ts";

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
    hint: ({ mend }) => `${mend}; forkd doctor checks everything`,
  }),
  daemon_running: defineError<{ dataDir: string; pid: number | null; socketPath: string | null }>({
    status: 409,
    retryable: false,
    message: ({ dataDir, pid, socketPath }) =>
      `another daemon${pid === null ? "" : ` (pid ${pid})`} is running on ${dataDir}` +
      (socketPath === null ? "" : `, and listens on ${socketPath}`),
    hint: ({ socketPath }) => {
      const it = socketPath === null ? "" : `FORKD_SOCKET=${socketPath} `;
      return `use it (${it}forkd ps), stop it (${it}forkd stop), or give this one another FORKD_DATA_DIR and FORKD_SOCKET`;
    },
  }),
  disk_full: defineError<{ path: string; doing: string }>({
    status: 507,
    retryable: true,
    message: ({ path, doing }) => `no space is left at ${path} for ${doing}`,
    hint: () =>
      "free some space (forkd rmi), or set FORKD_DATA_DIR to a larger disk; nothing was left behind",
  }),
  out_of_resources: defineError<{ resource: string; why: string }>({
    status: 503,
    retryable: true,
    message: ({ resource, why }) => `the host has no ${resource} left: ${why}`,
    hint: () => "end some sandboxes (forkd kill) and try again",
  }),
  vmm_failed: defineError<{ command: string; why: string }>({
    status: 500,
    retryable: false,
    message: ({ command, why }) => `QEMU refused ${command}: ${why}`,
    hint: () => "see the machine's log: forkd logs ID --vmm",
  }),
};
