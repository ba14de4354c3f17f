import type { Operation } from "@forkd/contract";

/** What does an operation: verbs of the command line, or tools of MCP; or why none does. */
export type Doers = readonly string[] | { readonly none: string };

/** Which verbs and which tools there are for an operation. The methods of the SDKs are read out of their sources. */
export interface Row {
  readonly cli: Doers;
  readonly mcp: Doers;
}

const HOST = { none: "a model is given sandboxes, not the host" };
const NOT_A_TOOL = { none: "a model does it by a command in the sandbox, with `exec_command`" };
const NO_TERMINAL = { none: "a model has no terminal" };
const PACKS = { none: "which packs come in and go out is their owner's to say" };
const WORKSPACE = { none: "`suspend_sandbox` and `resume_sandbox` do the same for any sandbox" };
const LIFE = { none: "when a sandbox ends is said by `spawn_sandboxes`" };

/** All operations. One that is added to the routes does not compile before it has a row here. */
export const ROWS: { readonly [Name in Operation]: Row } = {
  health: { cli: ["daemon status"], mcp: { none: "every tool says when no daemon answers" } },
  version: { cli: ["version"], mcp: HOST },
  scrape: { cli: ["metrics"], mcp: HOST },
  capabilities: { cli: ["capabilities"], mcp: HOST },
  doctor: { cli: ["doctor"], mcp: HOST },
  stop: { cli: ["stop"], mcp: HOST },
  listImages: { cli: ["image ls", "images"], mcp: ["list_images"] },
  buildImage: { cli: ["image build", "from-image"], mcp: ["build_image"] },
  deleteImage: {
    cli: ["image rm", "rmi"],
    mcp: { none: "removing what others stand on is their owner's to do" },
  },
  listSnapshots: { cli: ["images"], mcp: ["list_snapshots"] },
  getSnapshot: { cli: ["inspect"], mcp: { none: "`list_snapshots` says as much" } },
  createSnapshot: { cli: ["snapshot", "from-image"], mcp: ["create_snapshot"] },
  deleteSnapshot: { cli: ["rmi"], mcp: ["delete_snapshot"] },
  snapshotDetail: { cli: ["snapshot-info"], mcp: { none: "`get_tree` shows what comes from what" } },
  compactSnapshot: { cli: ["snapshot-compact"], mcp: HOST },
  tree: { cli: ["tree"], mcp: ["get_tree"] },
  collectGarbage: { cli: ["gc", "cleanup"], mcp: HOST },
  packSnapshot: { cli: ["pack"], mcp: PACKS },
  pushSnapshot: { cli: ["push"], mcp: PACKS },
  pullSnapshot: { cli: ["pull", "unpack"], mcp: PACKS },
  listSandboxes: { cli: ["ps", "ls"], mcp: ["list_sandboxes"] },
  createSandboxes: { cli: ["fork", "spawn", "run"], mcp: ["spawn_sandboxes"] },
  createGroup: {
    cli: ["fork"],
    mcp: { none: "`spawn_sandboxes` with the same `network.link` makes one group of several calls" },
  },
  getSandbox: { cli: ["inspect"], mcp: ["get_sandbox"] },
  updateSandbox: { cli: ["update", "rename", "modify"], mcp: LIFE },
  adoptSandbox: { cli: ["adopt"], mcp: HOST },
  pauseSandbox: { cli: ["pause"], mcp: ["pause_sandbox"] },
  suspendSandbox: { cli: ["suspend"], mcp: ["suspend_sandbox"] },
  resumeSandbox: { cli: ["resume"], mcp: ["resume_sandbox"] },
  killSandbox: { cli: ["kill"], mcp: ["kill_sandbox"] },
  killSandboxes: { cli: ["kill"], mcp: { none: "a model ends each by its id" } },
  logs: { cli: ["logs"], mcp: ["get_logs"] },
  branchSandbox: { cli: ["branch", "snapshot-diff"], mcp: ["branch_sandbox"] },
  forkSandbox: { cli: ["fork"], mcp: ["fork_sandbox"] },
  listWorkspaces: { cli: ["workspace list"], mcp: WORKSPACE },
  createWorkspace: { cli: ["workspace create"], mcp: WORKSPACE },
  getWorkspace: { cli: { none: "`workspace list` says as much" }, mcp: WORKSPACE },
  suspendWorkspace: { cli: ["workspace suspend"], mcp: WORKSPACE },
  resumeWorkspace: { cli: ["workspace resume"], mcp: WORKSPACE },
  deleteWorkspace: { cli: ["workspace delete"], mcp: WORKSPACE },
  ping: { cli: ["ping"], mcp: ["ping_sandbox"] },
  exec: { cli: ["exec", "shell"], mcp: ["exec_command", "start_command"] },
  eval: { cli: ["eval"], mcp: ["eval_code"] },
  listProcesses: {
    cli: ["processes"],
    mcp: { none: "`start_command` gives the pid that the other tools take" },
  },
  attach: { cli: ["attach"], mcp: ["read_output", "wait_for_text"] },
  waitForProcess: { cli: ["wait"], mcp: { none: "`read_output` says whether a command has ended" } },
  writeStdin: { cli: ["exec"], mcp: { none: "`exec_command` takes all of standard input at once" } },
  signalProcess: { cli: ["signal"], mcp: ["stop_command"] },
  resizeTerminal: { cli: ["exec", "shell"], mcp: NO_TERMINAL },
  readFile: { cli: ["files cat", "cp"], mcp: ["read_file"] },
  writeFile: { cli: ["files put", "cp"], mcp: ["write_file"] },
  removeFile: { cli: ["files rm"], mcp: ["remove_file"] },
  updateFile: { cli: ["files chmod", "files chown"], mcp: NOT_A_TOOL },
  getFileInfo: { cli: ["files stat"], mcp: { none: "`list_files` says as much" } },
  listFiles: { cli: ["files ls"], mcp: ["list_files"] },
  watchFiles: { cli: ["files watch"], mcp: { none: "a tool gives one answer" } },
  makeDirectory: { cli: ["files mkdir"], mcp: { none: "`write_file` makes the directories above a file" } },
  moveFile: { cli: ["files mv"], mcp: NOT_A_TOOL },
  readDirectory: { cli: { none: "`cp` runs `tar` in the guest by `exec`" }, mcp: NOT_A_TOOL },
  writeDirectory: { cli: { none: "`cp` runs `tar` in the guest by `exec`" }, mcp: NOT_A_TOOL },
  signFileUrl: { cli: ["files url"], mcp: { none: "`read_file` and `write_file` need none" } },
  listContexts: { cli: ["code-context ls"], mcp: { none: "`eval_code` has one for each language" } },
  createContext: { cli: ["code-context create"], mcp: { none: "`eval_code` has one for each language" } },
  restartContext: { cli: ["code-context restart"], mcp: { none: "a fresh fork is as quick" } },
  interruptContext: { cli: ["code-context interrupt"], mcp: { none: "code has a time-out" } },
  removeContext: { cli: ["code-context rm"], mcp: { none: "`eval_code` has one for each language" } },
  metrics: { cli: ["stats"], mcp: HOST },
  listTasks: { cli: ["top"], mcp: NOT_A_TOOL },
  listPorts: { cli: ["port ls"], mcp: ["list_ports"] },
  waitForPort: { cli: ["port wait"], mcp: ["wait_for_port"] },
  listNetns: { cli: ["netns list"], mcp: HOST },
  setUpNetns: { cli: ["netns setup", "netns teardown"], mcp: HOST },
  listJobs: { cli: ["jobs"], mcp: { none: "tools tell their progress" } },
  getJob: { cli: ["inspect", "jobs"], mcp: { none: "tools tell their progress" } },
  cancelJob: { cli: ["jobs"], mcp: { none: "a call that is cancelled ends its job" } },
  watchEvents: { cli: ["events"], mcp: { none: "a tool gives one answer" } },
  listTokens: { cli: ["token list"], mcp: HOST },
  createToken: { cli: ["token create"], mcp: HOST },
  revokeToken: { cli: ["token revoke"], mcp: HOST },
  listTenants: { cli: ["tenant list"], mcp: HOST },
  setTenant: { cli: ["tenant set"], mcp: HOST },
  listWebhooks: { cli: ["webhook list"], mcp: HOST },
  createWebhook: { cli: ["webhook create"], mcp: HOST },
  deleteWebhook: { cli: ["webhook rm"], mcp: HOST },
  listAudit: { cli: ["audit list"], mcp: HOST },
  verifyAudit: { cli: ["audit verify"], mcp: HOST },
};

/** Verbs that are not there for an operation, and what they are there for. */
export const OTHER_VERBS: Readonly<Record<string, string>> = {
  bench: "measures by the operations of others",
  completion: "is for the shell",
  config: "reads settings of this user's",
  context: "names daemons, on this user's side",
  daemon: "starts one",
  mcp: "serves MCP",
  port: "forwards and opens by tunnels, which are no operation but a connection",
  recipe: "reads and writes files of recipes, and runs what is in them",
  serve: "is the daemon",
  where: "names directories of this host",
};

/** Tools that are not there for an operation, and what they are there for. */
export const OTHER_TOOLS: Readonly<Record<string, string>> = {
  fetch_port: "asks a web server by a tunnel",
};
