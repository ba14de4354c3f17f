import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** A verb: what the overview needs, and where the rest is. Adding one is a row here and a file. */
export interface Verb {
  readonly name: string;
  readonly alias?: string;
  readonly group: (typeof GROUPS)[number];
  readonly summary: string;
  readonly hidden?: true;
  /** The module's `createCommand` makes the command; it is imported only when the verb is used. */
  readonly load: () => Promise<{ createCommand: () => CommandUnknownOpts }>;
}

const GROUPS = ["Images and snapshots", "Sandboxes", "Inside of a sandbox", "Host and daemon"] as const;
const [STORE, MACHINES, GUEST, HOST] = GROUPS;

export const VERBS: readonly Verb[] = [
  {
    name: "image",
    group: STORE,
    summary: "build, list and remove root images",
    load: () => import("./image.ts"),
  },
  {
    name: "images",
    group: STORE,
    summary: "list root images and snapshots",
    load: () => import("./images.ts"),
  },
  {
    name: "snapshot",
    group: STORE,
    summary: "boot an image, warm it up, freeze it",
    load: () => import("./snapshot.ts"),
  },
  {
    name: "from-image",
    group: STORE,
    summary: "build a recipe's image and its snapshot",
    load: () => import("./from-image.ts"),
  },
  { name: "rmi", group: STORE, summary: "remove snapshots, or images", load: () => import("./rmi.ts") },
  {
    name: "fork",
    alias: "spawn",
    group: MACHINES,
    summary: "fork sandboxes from a snapshot",
    load: () => import("./fork.ts"),
  },
  {
    name: "run",
    group: MACHINES,
    summary: "fork one sandbox, run a command in it, end it",
    load: () => import("./run.ts"),
  },
  { name: "ps", alias: "ls", group: MACHINES, summary: "list sandboxes", load: () => import("./ps.ts") },
  { name: "kill", group: MACHINES, summary: "end sandboxes", load: () => import("./kill.ts") },
  { name: "logs", group: MACHINES, summary: "show a sandbox's console", load: () => import("./logs.ts") },
  { name: "exec", group: GUEST, summary: "run a command in a sandbox", load: () => import("./exec.ts") },
  {
    name: "eval",
    group: GUEST,
    summary: "evaluate code in a warm interpreter",
    load: () => import("./eval.ts"),
  },
  {
    name: "attach",
    group: GUEST,
    summary: "follow a running command's output",
    load: () => import("./attach.ts"),
  },
  {
    name: "top",
    group: GUEST,
    summary: "list the commands that exec started",
    load: () => import("./top.ts"),
  },
  { name: "cp", group: GUEST, summary: "copy files into or out of a sandbox", load: () => import("./cp.ts") },
  { name: "ping", group: GUEST, summary: "ask a sandbox's agent how it is", load: () => import("./ping.ts") },
  {
    name: "doctor",
    group: HOST,
    summary: "check every requirement of this host",
    load: () => import("./doctor.ts"),
  },
  {
    name: "bench",
    group: HOST,
    summary: "measure forks and round trips on this host",
    load: () => import("./bench.ts"),
  },
  {
    name: "capabilities",
    group: HOST,
    summary: "show what this host can do",
    load: () => import("./capabilities.ts"),
  },
  {
    name: "serve",
    group: HOST,
    summary: "run the daemon in the foreground",
    load: () => import("./serve.ts"),
  },
  { name: "daemon", group: HOST, summary: "show the daemon's state", load: () => import("./daemon.ts") },
  { name: "stop", group: HOST, summary: "stop the daemon", load: () => import("./stop.ts") },
  { name: "where", group: HOST, summary: "show where forkd keeps things", load: () => import("./where.ts") },
  { name: "version", group: HOST, summary: "show the versions", load: () => import("./version.ts") },
  {
    name: "completion",
    group: HOST,
    summary: "print a shell completion script",
    load: () => import("./completion.ts"),
  },
  {
    name: "__complete",
    group: HOST,
    summary: "complete a command line",
    hidden: true,
    load: () => import("./complete.ts"),
  },
];

export function findVerb(name: string | undefined): Verb | undefined {
  return VERBS.find((verb) => verb.name === name || verb.alias === name);
}
