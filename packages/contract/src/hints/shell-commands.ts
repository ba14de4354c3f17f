/** One word of a command: as it stands, or one that an argument of the operation fills. */
export type ShellWord =
  | string
  /** Stands by its place. */
  | { readonly arg: string; readonly placeholder: string }
  /** Follows an option. */
  | { readonly arg: string; readonly flag: string; readonly placeholder: string }
  /** An option without a value, given for true or for one value of the argument. */
  | { readonly arg: string; readonly flag: string; readonly when: string | true }
  /** A guest's command, behind `--`. */
  | { readonly arg: string; readonly placeholder: string; readonly rest: true };

const SANDBOX = { arg: "id", placeholder: "ID" } as const;
const SNAPSHOT = { arg: "tag", placeholder: "TAG" } as const;
const OF_TAG = { ...SNAPSHOT, flag: "--tag" } as const;

/**
 * What hints can tell to do: operations of the route table, each with the command that does it. Its arguments are fields
 * of the operation.
 */
export const SHELL_COMMANDS = {
  listWorkspaces: ["workspace", "list"],
  listTokens: ["token", "list"],
  createToken: [
    "token",
    "create",
    { arg: "name", placeholder: "NAME" },
    { arg: "scope", flag: "--scope", placeholder: "SCOPE" },
  ],
  listWebhooks: ["webhook", "list"],
  deleteWebhook: ["webhook", "rm", { arg: "webhook", placeholder: "ID" }],
  revokeToken: ["token", "revoke", { arg: "name", placeholder: "NAME" }],
  listSandboxes: ["ps", OF_TAG],
  createSandboxes: [
    "fork",
    { arg: "snapshot_tag", placeholder: "TAG" },
    { arg: "live_fork", flag: "--live-fork", when: true },
    { arg: "auto_resume", flag: "--auto-resume", when: true },
    { arg: "on_failure", flag: "--on-failure", placeholder: "WHAT" },
  ],
  forkSandbox: ["fork", { ...SANDBOX, flag: "--from" }],
  branchSandbox: ["branch", SANDBOX, { arg: "mode", flag: "--auto", when: "auto" }],
  adoptSandbox: ["adopt", SANDBOX],
  resumeSandbox: ["resume", SANDBOX],
  killSandbox: ["kill", SANDBOX],
  killSandboxes: ["kill", OF_TAG],
  logs: ["logs", SANDBOX, { arg: "source", flag: "--vmm", when: "vmm" }],
  listContexts: ["code-context", "ls", SANDBOX],
  removeContext: ["code-context", "rm", SANDBOX, { arg: "context", placeholder: "CONTEXT" }],
  listPorts: ["port", "ls", SANDBOX],
  waitForPort: ["port", "wait", SANDBOX, { arg: "port", placeholder: "PORT" }],
  exec: ["exec", SANDBOX, { arg: "args", placeholder: "CMD", rest: true }],
  createSnapshot: [
    "snapshot",
    SNAPSHOT,
    { arg: "image", flag: "--image", placeholder: "IMAGE" },
    { arg: "memory_mib", flag: "--memory-mib", placeholder: "MIB" },
    { arg: "timeout_secs", flag: "--timeout-secs", placeholder: "SECS" },
    { arg: "warm.kind", flag: "--service", when: "service" },
  ],
  deleteSnapshot: [
    "rmi",
    { arg: "force", flag: "--force", when: true },
    { arg: "cascade", flag: "--cascade", when: true },
    SNAPSHOT,
  ],
  compactSnapshot: [
    "snapshot-compact",
    { arg: "tag", flag: "--from", placeholder: "PARENT" },
    { arg: "to", flag: "--to", placeholder: "NEW" },
  ],
  packSnapshot: ["pack", SNAPSHOT, { arg: "output", flag: "-o", placeholder: "FILE" }],
  pullSnapshot: [
    "pull",
    { arg: "source", placeholder: "SOURCE" },
    { arg: "require_signature", flag: "--require-signature", placeholder: "KEY" },
  ],
  listImages: ["images"],
  buildImage: ["image", "build", { arg: "name", placeholder: "NAME" }],
  deleteImage: ["rmi", "--image", { arg: "image", placeholder: "IMAGE" }],
  listJobs: ["jobs"],
  watchEvents: ["jobs", "--follow"],
  doctor: ["doctor"],
  stop: ["stop", { arg: "on_exit", flag: "--on-exit", placeholder: "WHAT" }],
  version: ["version"],
} as const satisfies Readonly<Record<string, readonly ShellWord[]>>;

/** The operations that a hint can name. */
export type HintOperation = keyof typeof SHELL_COMMANDS;
/** The arguments of one that a hint can give. */
export type HintArgument<Operation extends HintOperation> = Extract<
  (typeof SHELL_COMMANDS)[Operation][number],
  { readonly arg: string }
>["arg"];
