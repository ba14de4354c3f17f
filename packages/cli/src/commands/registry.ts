import type { Verb } from "./verb.ts";

export const VERBS: readonly Verb[] = [
  ...inGroup("Images and snapshots", [
    { name: "image", summary: "build, list and remove root images", load: () => import("./image.ts") },
    { name: "images", summary: "list root images and snapshots", load: () => import("./images.ts") },
    {
      name: "snapshot",
      summary: "boot an image, warm it up, freeze it",
      load: () => import("./snapshot.ts"),
    },
    {
      name: "from-image",
      summary: "build a recipe's image and its snapshot",
      load: () => import("./from-image.ts"),
    },
    {
      name: "recipe",
      summary: "list, build, run and begin recipes",
      load: () => import("./recipe.ts"),
    },
    {
      name: "snapshot-info",
      summary: "show a snapshot among its relatives, with sizes",
      load: () => import("./snapshot-info.ts"),
    },
    {
      name: "snapshot-diff",
      summary: "fork, run a command, keep what it changed",
      load: () => import("./snapshot-diff.ts"),
    },
    {
      name: "snapshot-compact",
      summary: "make a copy of a snapshot that stands alone",
      load: () => import("./snapshot-compact.ts"),
    },
    { name: "rmi", summary: "remove snapshots, or images", load: () => import("./rmi.ts") },
    {
      name: "tree",
      summary: "show what comes from what, and what is shared",
      load: () => import("./tree.ts"),
    },
    { name: "gc", summary: "remove what nothing points to", load: () => import("./gc.ts") },
    {
      name: "cleanup",
      summary: "show what gc would remove; remove it with -y",
      load: () => import("./cleanup.ts"),
    },
  ]),
  ...inGroup("Packs", [
    { name: "pack", summary: "write a snapshot to one file", load: () => import("./pack.ts") },
    { name: "unpack", summary: "get a snapshot out of a file", load: () => import("./unpack.ts") },
    { name: "push", summary: "push a snapshot to an OCI registry", load: () => import("./push.ts") },
    {
      name: "pull",
      summary: "get a snapshot from a registry, a URL or an index",
      load: () => import("./pull.ts"),
    },
  ]),
  ...inGroup("Sandboxes", [
    {
      name: "fork",
      alias: "spawn",
      summary: "fork sandboxes from a snapshot, or a running one",
      load: () => import("./fork.ts"),
    },
    { name: "branch", summary: "make a snapshot of a running sandbox", load: () => import("./branch.ts") },
    { name: "run", summary: "fork one sandbox, run a command in it, end it", load: () => import("./run.ts") },
    { name: "ps", alias: "ls", summary: "list sandboxes", load: () => import("./ps.ts") },
    { name: "kill", summary: "end sandboxes", load: () => import("./kill.ts") },
    {
      name: "update",
      summary: "change when sandboxes end, their labels or names",
      load: () => import("./update.ts"),
    },
    { name: "modify", summary: "change the limits of sandboxes", load: () => import("./modify.ts") },
    { name: "rename", summary: "give a sandbox a name", load: () => import("./rename.ts") },
    {
      name: "pause",
      summary: "let sandboxes stand still, with their memory",
      load: () => import("./pause.ts"),
    },
    { name: "suspend", summary: "put sandboxes on disk, until resumed", load: () => import("./suspend.ts") },
    {
      name: "resume",
      summary: "let paused or suspended sandboxes run again",
      load: () => import("./resume.ts"),
    },
    {
      name: "workspace",
      summary: "sandboxes that wait on disk when nobody uses them",
      load: () => import("./workspace.ts"),
    },
    {
      name: "netns",
      summary: "network namespaces of the host: have some ready, list them",
      load: () => import("./netns.ts"),
    },
    {
      name: "adopt",
      summary: "take over sandboxes that a new daemon could not",
      load: () => import("./adopt.ts"),
    },
    { name: "wait", summary: "wait until a sandbox or a command has ended", load: () => import("./wait.ts") },
    {
      name: "inspect",
      summary: "show all that is known of a sandbox, snapshot, image or job",
      load: () => import("./inspect.ts"),
    },
    { name: "stats", summary: "show what sandboxes use, live", load: () => import("./stats.ts") },
    { name: "logs", summary: "show a sandbox's console", load: () => import("./logs.ts") },
  ]),
  ...inGroup("Inside of a sandbox", [
    { name: "shell", summary: "open a login shell in a sandbox", load: () => import("./shell.ts") },
    { name: "exec", summary: "run a command in a sandbox", load: () => import("./exec.ts") },
    { name: "eval", summary: "evaluate code in a warm interpreter", load: () => import("./eval.ts") },
    {
      name: "code-context",
      summary: "interpreters with states of their own",
      load: () => import("./code-context.ts"),
    },
    { name: "attach", summary: "follow a running command's output", load: () => import("./attach.ts") },
    {
      name: "processes",
      summary: "list the commands that exec started",
      load: () => import("./processes.ts"),
    },
    { name: "signal", summary: "send a signal to a command", load: () => import("./signal.ts") },
    { name: "top", summary: "show a guest's processes, live", load: () => import("./top.ts") },
    {
      name: "files",
      summary: "list, read, write, watch and remove files",
      load: () => import("./files.ts"),
    },
    { name: "cp", summary: "copy files into or out of a sandbox", load: () => import("./cp.ts") },
    {
      name: "port",
      summary: "list, forward, await and open a sandbox's ports",
      load: () => import("./port.ts"),
    },
    { name: "ping", summary: "ask a sandbox's agent how it is", load: () => import("./ping.ts") },
  ]),
  ...inGroup("Host and daemon", [
    {
      name: "jobs",
      summary: "list, follow and cancel work that takes a while",
      load: () => import("./jobs.ts"),
    },
    {
      name: "events",
      summary: "show what happened, and follow what happens",
      load: () => import("./events.ts"),
    },
    {
      name: "metrics",
      summary: "print figures for Prometheus",
      load: () => import("./metrics.ts"),
    },
    { name: "doctor", summary: "check every requirement of this host", load: () => import("./doctor.ts") },
    {
      name: "bench",
      summary: "measure forks and round trips on this host",
      load: () => import("./bench.ts"),
    },
    { name: "capabilities", summary: "show what this host can do", load: () => import("./capabilities.ts") },
    { name: "serve", summary: "run the daemon in the foreground", load: () => import("./serve.ts") },
    {
      name: "token",
      summary: "make and revoke tokens for the API by TCP",
      load: () => import("./token.ts"),
    },
    {
      name: "tenant",
      summary: "say how much those may use who share a daemon",
      load: () => import("./tenant.ts"),
    },
    { name: "webhook", summary: "have events sent to a URL", load: () => import("./webhook.ts") },
    { name: "audit", summary: "show who has asked for what", load: () => import("./audit.ts") },
    { name: "mcp", summary: "serve MCP to a model's client", load: () => import("./mcp.ts") },
    { name: "daemon", summary: "show the daemon's state", load: () => import("./daemon.ts") },
    {
      name: "context",
      summary: "name daemons, and choose the one to speak to",
      load: () => import("./context.ts"),
    },
    { name: "config", summary: "show settings, and where they come from", load: () => import("./config.ts") },
    { name: "stop", summary: "stop the daemon", load: () => import("./stop.ts") },
    { name: "where", summary: "show where forkd keeps things", load: () => import("./where.ts") },
    { name: "version", summary: "show the versions", load: () => import("./version.ts") },
    { name: "completion", summary: "print a shell completion script", load: () => import("./completion.ts") },
    {
      name: "controller",
      summary: "run the daemon as forkd-controller does",
      hidden: true,
      load: () => import("./controller.ts"),
    },
    {
      name: "__complete",
      summary: "complete a command line",
      hidden: true,
      load: loadComplete,
    },
  ]),
];

function inGroup(group: string, verbs: readonly Omit<Verb, "group">[]): Verb[] {
  return verbs.map((verb) => ({ group, ...verb }));
}

/** What may be completed is this list itself. */
async function loadComplete() {
  const { createCompleteCommand } = await import("./complete.ts");
  return { createCommand: () => createCompleteCommand(VERBS) };
}
