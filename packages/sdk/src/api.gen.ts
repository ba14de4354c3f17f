/* Generated from packages/contract by scripts/generate.ts: change the contract, then `npm run generate`. */

export interface BranchRequest {
  /** The snapshot's tag; one is made up when it is left away. */
  readonly tag?: string | undefined;
  /** full: a snapshot whose memory stands alone. diff: a layer of the pages that differ from the parent. live: copied while the machine runs on (live_fork). auto, the default: the shortest pause. Default: `null`. */
  readonly mode?: "full" | "diff" | "live" | "auto" | null | undefined;
  /** An older way to say mode: diff. Default: `false`. */
  readonly diff?: boolean | undefined;
  /** An older way to say mode: live. Default: `false`. */
  readonly live?: boolean | undefined;
  /** Accepted for compatibility: what a diff would take is always told. Default: `false`. */
  readonly measureDiff?: boolean | undefined;
  /** false: answer 202 as soon as the machine runs again, while the snapshot is still written. Default: `true`. */
  readonly wait?: boolean | undefined;
  /** Must be the source's snapshot_tag, if it is given. Default: `null`. */
  readonly parentTag?: string | null | undefined;
}

export interface ChildSpec {
  /** Environment variables. Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Default: `[]`. */
  readonly files?:
    | readonly {
        /** An absolute path inside of the guest. */
        readonly path: string;
        /** The content in base 64. */
        readonly contentBase64: string;
        /** Octal permission bits. Default: `"0644"`. */
        readonly mode?: string | undefined;
      }[]
    | undefined;
  /** Published in /run/forkd/fork.json. Default: `[]`. */
  readonly args?: readonly string[] | undefined;
  readonly hostname?: string | undefined;
}

export interface CompactRequest {
  /** A tag or name. */
  readonly to: string;
}

export interface ContextRequest {
  /** Python, JavaScript (by Node) or the shell. Default: `"python"`. */
  readonly language?: "python" | "node" | "bash" | undefined;
  /** Its working directory; the user's home unless told. */
  readonly cwd?: string | undefined;
  /** Environment variables of its own, which no fork changes. Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export interface DirectoryRequest {
  /** An absolute path inside of the guest. */
  readonly path: string;
  /** Octal permission bits. Default: `"0755"`. */
  readonly mode?: string | undefined;
  /** Whose it is; root unless told. */
  readonly user?: string | undefined;
}

export interface EvalRequest {
  readonly code: string;
  /** Its interpreter that is there for good; python unless told. Not together with context_id. */
  readonly language?: "python" | "node" | "bash" | undefined;
  /** The context to run it in. */
  readonly contextId?: string | undefined;
  /** eval: one expression; run: statements; auto: statements, and the last one's value. A shell knows no difference. Default: `"auto"`. */
  readonly mode?: "auto" | "eval" | "run" | undefined;
  /** A time-out in seconds, at most a day. Default: `30`. */
  readonly timeoutSecs?: number | undefined;
}

export interface ExecRequest {
  readonly args: readonly string[];
  /** Ends it after so many seconds; null: it may take as long as the request is held. Default: `null`. */
  readonly timeoutSecs?: number | null | undefined;
  /** Environment variables. Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** An absolute path inside of the guest. */
  readonly cwd?: string | undefined;
  /** A user's name or number; root unless told. */
  readonly user?: string | undefined;
  /** Text for standard input. */
  readonly stdin?: string | undefined;
  /** Standard input comes through POST …/processes/:pid/stdin. Default: `false`. */
  readonly stdinStream?: boolean | undefined;
  /** Run on a terminal of this size. Default: `null`. */
  readonly pty?:
    | {
        /** From 1 to 1000. */
        readonly cols: number;
        /** From 1 to 1000. */
        readonly rows: number;
      }
    | null
    | undefined;
  /** Goes on when the request is dropped. Without a stream the answer comes as soon as it runs: see running. Default: `false`. */
  readonly detach?: boolean | undefined;
  /** It waits until its output was received, however long, where others go on and lose the oldest. Needs detach. Default: `false`. */
  readonly lossless?: boolean | undefined;
  /** For each of stdout and stderr in a JSON reply; more is cut. Streams are not cut. Default: `8388608`. From 0 to 67108864. */
  readonly maxOutputBytes?: number | undefined;
}

export interface FileUpdate {
  /** An absolute path inside of the guest. */
  readonly path: string;
  /** Octal permission bits. */
  readonly mode?: string | undefined;
  /** A name or number of the guest. */
  readonly owner?: string | undefined;
  /** A name or number of the guest. */
  readonly group?: string | undefined;
}

export interface GarbageRequest {
  /** Only say what would be removed. Default: `false`. */
  readonly dryRun?: boolean | undefined;
}

export interface GroupMember {
  /** What its siblings call it; of n children, name-0, name-1, and so on. */
  readonly name: string;
  /** A tag or name. */
  readonly snapshotTag: string;
  /** What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where its addresses are named as such. A list with names has no other name resolved. Default: `"deny"`. */
  readonly egress?: "deny" | "allow" | readonly string[] | undefined;
  /** How many children. Default: `1`. From 1 to 1000. */
  readonly n?: number | undefined;
  /** A hard limit for guest and VMM together, at least the guest's memory. One that leaves the VMM less than 64 MiB is raised to that; the answer tells it. The fork fails if it cannot be put in force. Default: `null`. */
  readonly memoryLimitMib?: number | null | undefined;
  /** How much of its memory may be swapped out beside its memory limit; null: none of it. Default: `null`. */
  readonly swapLimitMib?: number | null | undefined;
  /** How many CPUs' time it may take, such as 0.5. Default: `null`. */
  readonly cpuLimit?: number | null | undefined;
  /** How many threads and processes its VMM may have. Default: `null`. */
  readonly taskLimit?: number | null | undefined;
  /** How much its guest may read of its disk in a second. Default: `null`. */
  readonly diskReadBytesPerSec?: number | null | undefined;
  /** How much its guest may write to its disk in a second. Default: `null`. */
  readonly diskWriteBytesPerSec?: number | null | undefined;
  /** How often its guest may read of its disk in a second. Default: `null`. */
  readonly diskReadOpsPerSec?: number | null | undefined;
  /** How often its guest may write to its disk in a second. Default: `null`. */
  readonly diskWriteOpsPerSec?: number | null | undefined;
  /** For every child. Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What the child of the same index gets on top; at most n. Default: `[]`. */
  readonly children?: readonly ChildSpec[] | undefined;
  /** How long it lives, in seconds, whatever it does; at most ten years. Null: no limit. Default: `null`. */
  readonly ttlSecs?: number | null | undefined;
  /** What is done when ttl_secs are over. A resume begins them anew once they are. Default: `"kill"`. */
  readonly onTimeout?: "kill" | "pause" | "suspend" | undefined;
  /** How long it may run without a request, an open stream or output of its commands, in seconds. Null: no limit. Default: `null`. */
  readonly idleTimeoutSecs?: number | null | undefined;
  /** What is done when idle_timeout_secs are over. Default: `"suspend"`. */
  readonly onIdle?: "kill" | "pause" | "suspend" | undefined;
  /** Words and their values, at most 32, to find sandboxes by. They are no place for secrets. Default: `{}`. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Ports of the guest that are to be ports of the host's loopback, too. Default: `[]`. */
  readonly publish?:
    | readonly {
        /** A TCP port of the guest. From 1 to 65535. */
        readonly port: number;
        /** On the host's loopback. Null: any that is free; n children have one each. Default: `null`. */
        readonly hostPort?: number | null | undefined;
      }[]
    | undefined;
  /** Keep the children's memory where they can be branched live. Default: `false`. */
  readonly liveFork?: boolean | undefined;
  /** Resume a paused or suspended child when a request needs its guest; else that is refused. Default: `false`. */
  readonly autoResume?: boolean | undefined;
  /** By TCP, whoever knows its host name reaches its ports there, <port>-<id>.<domain>, without a token. Default: `false`. */
  readonly publicPorts?: boolean | undefined;
}

export interface GroupRequest {
  /** A group: its members reach each other, by their names and ids too, and nobody else does. It is there while it has a member. */
  readonly link: string;
  /** Each of a snapshot. */
  readonly members: readonly GroupMember[];
}

export interface ImageBuildRequest {
  /** A tag or name. */
  readonly name: string;
  readonly recipe: ImageRecipe;
}

export interface ImageRecipe {
  /** The Debian suite. Default: `"bookworm"`. */
  readonly suite?: string | undefined;
  /** Debian packages, with what they depend on. Default: `[]`. */
  readonly packages?: readonly string[] | undefined;
  /** Extra files. Default: `[]`. */
  readonly files?:
    | readonly {
        /** An absolute path inside of the guest. */
        readonly path: string;
        /** The content in base 64. */
        readonly contentBase64: string;
        /** Octal permission bits. Default: `"0644"`. */
        readonly mode?: string | undefined;
      }[]
    | undefined;
  /** A shell script that runs inside of the new root, as its root user. Default: `null`. */
  readonly script?: string | null | undefined;
  /** The size of the file system in MiB; unused blocks take no space. Default: `2048`. From 256 to 65536. */
  readonly sizeMib?: number | undefined;
}

export type Key =
  | string
  | {
      /** What to call it in answers. */
      readonly name: string;
      /** The key. It is kept nowhere. */
      readonly pem: string;
    };

export interface MoveRequest {
  /** An absolute path inside of the guest. */
  readonly from: string;
  /** A file that is there is replaced. Directories above it are made. */
  readonly to: string;
}

export interface NetnsSetupRequest {
  /** How many are to be ready; 0 removes them. From 0 to 4096. */
  readonly count: number;
}

export interface NetworkRequest {
  /** none: no network; ports can be reached all the same. user: one that needs no root. netns: a network namespace of its own. Default: `"none"`. */
  readonly mode?: "none" | "user" | "netns" | undefined;
  /** What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where its addresses are named as such. A list with names has no other name resolved. Default: `"deny"`. */
  readonly egress?: "deny" | "allow" | readonly string[] | undefined;
  /** Default: `null`. */
  readonly link?: string | null | undefined;
}

export interface NetworkUpdate {
  /** What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where its addresses are named as such. A list with names has no other name resolved. */
  readonly egress: "deny" | "allow" | readonly string[];
}

export interface PackRequest {
  /** An absolute path on the daemon's host. */
  readonly output: string;
  /** Replace a file that is there. Default: `false`. */
  readonly force?: boolean | undefined;
  /** Default: `""`. */
  readonly description?: string | undefined;
  /** The private key to sign with: a file of the daemon's host, or the key itself. Default: `null`. */
  readonly sign?: Key | null | undefined;
}

export interface PortWaitRequest {
  /** A time-out in seconds, at most a day. Default: `60`. */
  readonly timeoutSecs?: number | undefined;
}

export interface PullRequest {
  /** A file's absolute path, an http(s) URL of a pack, oci://registry/name:tag, or owner/name[@version]. */
  readonly source: string;
  /** The tag here; else that in the pack. Default: `null`. */
  readonly tag?: string | null | undefined;
  /** Replace a snapshot of that tag. Default: `false`. */
  readonly force?: boolean | undefined;
  /** What a downloaded file must have. Default: `null`. */
  readonly sha256?: string | null | undefined;
  /** The index that owner/name is looked up in. Default: `null`. */
  readonly index?: string | null | undefined;
  /** Public keys, one of which must have signed it: files of the daemon's host, or keys. Default: `[]`. */
  readonly requireSignature?: readonly Key[] | undefined;
  /** Default: `false`. */
  readonly plainHttp?: boolean | undefined;
  /** For the registry; without them, those in ~/.docker/config.json are used. Default: `null`. */
  readonly credentials?:
    | {
        readonly username: string;
        readonly password: string;
      }
    | null
    | undefined;
}

export interface PushRequest {
  readonly destination: string;
  /** Default: `""`. */
  readonly description?: string | undefined;
  /** The private key to sign with: a file of the daemon's host, or the key itself. Default: `null`. */
  readonly sign?: Key | null | undefined;
  /** Speak http to the registry. Default: `false`. */
  readonly plainHttp?: boolean | undefined;
  /** For the registry; without them, those in ~/.docker/config.json are used. Default: `null`. */
  readonly credentials?:
    | {
        readonly username: string;
        readonly password: string;
      }
    | null
    | undefined;
}

/** What is done once in the machine that children are copies of, so that it is fast in each. */
export interface Rehearsal {
  /** Commands that run to their end, in order; none is listed. One that fails ends it. Default: `[]`. */
  readonly commands?: readonly (readonly string[])[] | undefined;
  /** Ports that are connected to, and left again, before. Default: `[]`. */
  readonly ports?: readonly number[] | undefined;
}

export interface ResizeRequest {
  /** From 1 to 1000. */
  readonly cols: number;
  /** From 1 to 1000. */
  readonly rows: number;
}

export interface SandboxForkRequest {
  /** How many children. Default: `1`. From 1 to 1000. */
  readonly n?: number | undefined;
  /** A hard limit for guest and VMM together, at least the guest's memory. One that leaves the VMM less than 64 MiB is raised to that; the answer tells it. The fork fails if it cannot be put in force. Default: `null`. */
  readonly memoryLimitMib?: number | null | undefined;
  /** How much of its memory may be swapped out beside its memory limit; null: none of it. Default: `null`. */
  readonly swapLimitMib?: number | null | undefined;
  /** How many CPUs' time it may take, such as 0.5. Default: `null`. */
  readonly cpuLimit?: number | null | undefined;
  /** How many threads and processes its VMM may have. Default: `null`. */
  readonly taskLimit?: number | null | undefined;
  /** How much its guest may read of its disk in a second. Default: `null`. */
  readonly diskReadBytesPerSec?: number | null | undefined;
  /** How much its guest may write to its disk in a second. Default: `null`. */
  readonly diskWriteBytesPerSec?: number | null | undefined;
  /** How often its guest may read of its disk in a second. Default: `null`. */
  readonly diskReadOpsPerSec?: number | null | undefined;
  /** How often its guest may write to its disk in a second. Default: `null`. */
  readonly diskWriteOpsPerSec?: number | null | undefined;
  /** For every child. Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What the child of the same index gets on top; at most n. Default: `[]`. */
  readonly children?: readonly ChildSpec[] | undefined;
  /** How long it lives, in seconds, whatever it does; at most ten years. Null: no limit. Default: `null`. */
  readonly ttlSecs?: number | null | undefined;
  /** What is done when ttl_secs are over. A resume begins them anew once they are. Default: `"kill"`. */
  readonly onTimeout?: "kill" | "pause" | "suspend" | undefined;
  /** How long it may run without a request, an open stream or output of its commands, in seconds. Null: no limit. Default: `null`. */
  readonly idleTimeoutSecs?: number | null | undefined;
  /** What is done when idle_timeout_secs are over. Default: `"suspend"`. */
  readonly onIdle?: "kill" | "pause" | "suspend" | undefined;
  /** The child's name, which no other living sandbox has; of n children, name-0, name-1, and so on. Default: `null`. */
  readonly name?: string | null | undefined;
  /** Words and their values, at most 32, to find sandboxes by. They are no place for secrets. Default: `{}`. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Answer once the fork contract holds in every child. Default: `"ready"`. */
  readonly wait?: "ready" | undefined;
  /** When some children fail: end the others, or keep those that start and list the failed ones as dead. Default: `"undo"`. */
  readonly onFailure?: "undo" | "keep" | undefined;
  /** Default: `{}`. */
  readonly network?: NetworkRequest | undefined;
  /** Ports of the guest that are to be ports of the host's loopback, too. Default: `[]`. */
  readonly publish?:
    | readonly {
        /** A TCP port of the guest. From 1 to 65535. */
        readonly port: number;
        /** On the host's loopback. Null: any that is free; n children have one each. Default: `null`. */
        readonly hostPort?: number | null | undefined;
      }[]
    | undefined;
  /** The same as network.mode netns. Default: `false`. */
  readonly perChildNetns?: boolean | undefined;
  /** Accepted; see option_notes in the capabilities for why it changes nothing. Default: `false`. */
  readonly prewarm?: boolean | undefined;
  /** Keep the children's memory where they can be branched live. Default: `false`. */
  readonly liveFork?: boolean | undefined;
  /** Resume a paused or suspended child when a request needs its guest; else that is refused. Default: `false`. */
  readonly autoResume?: boolean | undefined;
  /** By TCP, whoever knows its host name reaches its ports there, <port>-<id>.<domain>, without a token. Default: `false`. */
  readonly publicPorts?: boolean | undefined;
  /** Accepted; see option_notes in the capabilities. Default: `false`. */
  readonly hugepages?: boolean | undefined;
}

export interface SandboxRequest {
  /** A tag or name. */
  readonly snapshotTag: string;
  /** How many children. Default: `1`. From 1 to 1000. */
  readonly n?: number | undefined;
  /** A hard limit for guest and VMM together, at least the guest's memory. One that leaves the VMM less than 64 MiB is raised to that; the answer tells it. The fork fails if it cannot be put in force. Default: `null`. */
  readonly memoryLimitMib?: number | null | undefined;
  /** How much of its memory may be swapped out beside its memory limit; null: none of it. Default: `null`. */
  readonly swapLimitMib?: number | null | undefined;
  /** How many CPUs' time it may take, such as 0.5. Default: `null`. */
  readonly cpuLimit?: number | null | undefined;
  /** How many threads and processes its VMM may have. Default: `null`. */
  readonly taskLimit?: number | null | undefined;
  /** How much its guest may read of its disk in a second. Default: `null`. */
  readonly diskReadBytesPerSec?: number | null | undefined;
  /** How much its guest may write to its disk in a second. Default: `null`. */
  readonly diskWriteBytesPerSec?: number | null | undefined;
  /** How often its guest may read of its disk in a second. Default: `null`. */
  readonly diskReadOpsPerSec?: number | null | undefined;
  /** How often its guest may write to its disk in a second. Default: `null`. */
  readonly diskWriteOpsPerSec?: number | null | undefined;
  /** For every child. Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What the child of the same index gets on top; at most n. Default: `[]`. */
  readonly children?: readonly ChildSpec[] | undefined;
  /** How long it lives, in seconds, whatever it does; at most ten years. Null: no limit. Default: `null`. */
  readonly ttlSecs?: number | null | undefined;
  /** What is done when ttl_secs are over. A resume begins them anew once they are. Default: `"kill"`. */
  readonly onTimeout?: "kill" | "pause" | "suspend" | undefined;
  /** How long it may run without a request, an open stream or output of its commands, in seconds. Null: no limit. Default: `null`. */
  readonly idleTimeoutSecs?: number | null | undefined;
  /** What is done when idle_timeout_secs are over. Default: `"suspend"`. */
  readonly onIdle?: "kill" | "pause" | "suspend" | undefined;
  /** The child's name, which no other living sandbox has; of n children, name-0, name-1, and so on. Default: `null`. */
  readonly name?: string | null | undefined;
  /** Words and their values, at most 32, to find sandboxes by. They are no place for secrets. Default: `{}`. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Answer once the fork contract holds in every child. Default: `"ready"`. */
  readonly wait?: "ready" | undefined;
  /** When some children fail: end the others, or keep those that start and list the failed ones as dead. Default: `"undo"`. */
  readonly onFailure?: "undo" | "keep" | undefined;
  /** Default: `{}`. */
  readonly network?: NetworkRequest | undefined;
  /** Ports of the guest that are to be ports of the host's loopback, too. Default: `[]`. */
  readonly publish?:
    | readonly {
        /** A TCP port of the guest. From 1 to 65535. */
        readonly port: number;
        /** On the host's loopback. Null: any that is free; n children have one each. Default: `null`. */
        readonly hostPort?: number | null | undefined;
      }[]
    | undefined;
  /** The same as network.mode netns. Default: `false`. */
  readonly perChildNetns?: boolean | undefined;
  /** Accepted; see option_notes in the capabilities for why it changes nothing. Default: `false`. */
  readonly prewarm?: boolean | undefined;
  /** Keep the children's memory where they can be branched live. Default: `false`. */
  readonly liveFork?: boolean | undefined;
  /** Resume a paused or suspended child when a request needs its guest; else that is refused. Default: `false`. */
  readonly autoResume?: boolean | undefined;
  /** By TCP, whoever knows its host name reaches its ports there, <port>-<id>.<domain>, without a token. Default: `false`. */
  readonly publicPorts?: boolean | undefined;
  /** Accepted; see option_notes in the capabilities. Default: `false`. */
  readonly hugepages?: boolean | undefined;
}

export interface SandboxUpdate {
  /** Null takes it away. */
  readonly name?: string | null | undefined;
  readonly labels?: Readonly<Record<string, string | null>> | null | undefined;
  /** How long it lives from now on, in seconds; null: no limit. */
  readonly ttlSecs?: number | null | undefined;
  /** kill: end it. pause: let it stand still, with its memory. suspend: put it on disk. */
  readonly onTimeout?: "kill" | "pause" | "suspend" | undefined;
  /** How long it may be idle, in seconds; null: no limit. */
  readonly idleTimeoutSecs?: number | null | undefined;
  /** kill: end it. pause: let it stand still, with its memory. suspend: put it on disk. */
  readonly onIdle?: "kill" | "pause" | "suspend" | undefined;
  /** Whether its ports need no token. */
  readonly publicPorts?: boolean | undefined;
  /** What it may reach from now on. */
  readonly network?: NetworkUpdate | undefined;
  /** A hard limit for guest and VMM together, at least the guest's memory. One that leaves the VMM less than 64 MiB is raised to that; the answer tells it. The fork fails if it cannot be put in force. */
  readonly memoryLimitMib?: number | null | undefined;
  /** How much of its memory may be swapped out beside its memory limit; null: none of it. */
  readonly swapLimitMib?: number | null | undefined;
  /** How many CPUs' time it may take, such as 0.5. */
  readonly cpuLimit?: number | null | undefined;
  /** How many threads and processes its VMM may have. */
  readonly taskLimit?: number | null | undefined;
  /** How much its guest may read of its disk in a second. */
  readonly diskReadBytesPerSec?: number | null | undefined;
  /** How much its guest may write to its disk in a second. */
  readonly diskWriteBytesPerSec?: number | null | undefined;
  /** How often its guest may read of its disk in a second. */
  readonly diskReadOpsPerSec?: number | null | undefined;
  /** How often its guest may write to its disk in a second. */
  readonly diskWriteOpsPerSec?: number | null | undefined;
}

export interface SignRequest {
  /** An absolute path inside of the guest. */
  readonly path: string;
  /** Default: `"read"`. */
  readonly access?: "read" | "write" | undefined;
  /** Of a write: whose the file is; root unless told. */
  readonly user?: string | undefined;
  /** For how long the URL is good; at most a week. Default: `3600`. From 1 to 604800. */
  readonly expiresSecs?: number | undefined;
}

export interface SignalRequest {
  /** Default: `"SIGTERM"`. */
  readonly signal?: string | undefined;
  /** The whole process group, or the process alone. Default: `true`. */
  readonly group?: boolean | undefined;
}

export interface SnapshotRequest {
  /** A tag or name. */
  readonly tag: string;
  /** The name or id of the root image. */
  readonly image: string;
  /** Guest memory in MiB. Default: `256`. From 96 to 65536. */
  readonly memoryMib?: number | undefined;
  /** Default: `1`. From 1 to 32. */
  readonly vcpus?: number | undefined;
  /** Default: `[]`. */
  readonly warm?:
    | readonly (
        | {
            readonly kind: "command";
            readonly args: readonly string[];
          }
        | {
            readonly kind: "python";
            readonly code: string;
          }
        | {
            readonly kind: "node";
            readonly code: string;
          }
        | {
            readonly kind: "service";
            readonly args: readonly string[];
          }
      )[]
    | undefined;
  /** A command that ends with status 0 once the machine is ready; tried until it does. Default: `null`. */
  readonly ready?: readonly string[] | null | undefined;
  /** Environment variables. Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Default: `{}`. */
  readonly rehearse?: Rehearsal | undefined;
  /** For boot, warm-up and readiness together. Default: `300`. */
  readonly timeoutSecs?: number | undefined;
}

export interface StopRequest {
  /** What becomes of the machines: keep, suspend or kill. Null: what FORKD_ON_EXIT says. Where one cannot be suspended, the daemon runs on. Default: `null`. */
  readonly onExit?: "keep" | "suspend" | "kill" | null | undefined;
  /** How long suspending them may take, in seconds. Default: `600`. From 1 to 86400. */
  readonly timeoutSecs?: number | undefined;
  /** The same as on_exit kill. Default: `false`. */
  readonly killSandboxes?: boolean | undefined;
  /** Of the machines that are ended, leave those that are on disk. Default: `false`. */
  readonly keepSuspended?: boolean | undefined;
}

export interface TenantQuota {
  /** Sandboxes that are not dead, those on disk among them. Null: no limit. Default: `null`. */
  readonly sandboxes?: number | null | undefined;
  /** What the guests that have a process see as their memory, in MiB. Null: no limit. Default: `null`. */
  readonly memoryMib?: number | null | undefined;
  /** What its sandboxes have written and its snapshots take, in MiB. Null: no limit. Default: `null`. */
  readonly diskMib?: number | null | undefined;
  /** Branches and forks of running sandboxes in any 60 seconds. Null: no limit. Default: `null`. */
  readonly branchesPerMinute?: number | null | undefined;
}

export interface TokenRequest {
  /** What events and lists call who has it. */
  readonly name: string;
  /** read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too. Default: `"use"`. */
  readonly scope?: "read" | "use" | "admin" | undefined;
  /** For how long it is good, in seconds. Null: until it is revoked. Default: `null`. */
  readonly ttlSecs?: number | null | undefined;
  /** Its holder sees what is this tenant's and what is nobody's, and nothing else. Null: all there is. Default: `null`. */
  readonly tenant?: string | null | undefined;
}

export interface WebhookRequest {
  /** Where events are sent, each by a POST. */
  readonly url: string;
  /** Only these kinds: sandbox.died, or sandbox for all of them. None: all, but for the progress of jobs. Default: `[]`. */
  readonly events?: readonly string[] | undefined;
  /** Whether the URL may lead to an address that is not of the public internet. Default: `false`. */
  readonly allowPrivate?: boolean | undefined;
}

export interface WorkspaceRequest {
  /** A sandbox's name. */
  readonly name: string;
  /** A tag or name. */
  readonly snapshotTag: string;
  /** Default: `{}`. */
  readonly network?: NetworkRequest | undefined;
  /** The same as network.mode netns. Default: `false`. */
  readonly perChildNetns?: boolean | undefined;
  /** Ports of the guest that are to be ports of the host's loopback, too. Default: `[]`. */
  readonly publish?:
    | readonly {
        /** A TCP port of the guest. From 1 to 65535. */
        readonly port: number;
        /** On the host's loopback. Null: any that is free; n children have one each. Default: `null`. */
        readonly hostPort?: number | null | undefined;
      }[]
    | undefined;
  /** By TCP, whoever knows its host name reaches its ports there, <port>-<id>.<domain>, without a token. Default: `false`. */
  readonly publicPorts?: boolean | undefined;
  /** A hard limit for guest and VMM together, at least the guest's memory. One that leaves the VMM less than 64 MiB is raised to that; the answer tells it. The fork fails if it cannot be put in force. Default: `null`. */
  readonly memoryLimitMib?: number | null | undefined;
  /** How much of its memory may be swapped out beside its memory limit; null: none of it. Default: `null`. */
  readonly swapLimitMib?: number | null | undefined;
  /** How many CPUs' time it may take, such as 0.5. Default: `null`. */
  readonly cpuLimit?: number | null | undefined;
  /** How many threads and processes its VMM may have. Default: `null`. */
  readonly taskLimit?: number | null | undefined;
  /** How much its guest may read of its disk in a second. Default: `null`. */
  readonly diskReadBytesPerSec?: number | null | undefined;
  /** How much its guest may write to its disk in a second. Default: `null`. */
  readonly diskWriteBytesPerSec?: number | null | undefined;
  /** How often its guest may read of its disk in a second. Default: `null`. */
  readonly diskReadOpsPerSec?: number | null | undefined;
  /** How often its guest may write to its disk in a second. Default: `null`. */
  readonly diskWriteOpsPerSec?: number | null | undefined;
  /** Keep the children's memory where they can be branched live. Default: `false`. */
  readonly liveFork?: boolean | undefined;
  /** Of all that runs in it. Default: `{}`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Words and their values, at most 32, to find sandboxes by. They are no place for secrets. Default: `{}`. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Suspend it when nobody has used it for this long, in seconds. Null: never by itself. Default: `null`. */
  readonly idleTimeoutSecs?: number | null | undefined;
  /** Resume it when a request needs its guest; else that is refused. Default: `true`. */
  readonly autoResume?: boolean | undefined;
}

export interface WorkspaceSuspendRequest {
  /** Accepted: what is kept is always the difference. Default: `false`. */
  readonly diff?: boolean | undefined;
}

export interface AuditEntry {
  /** Its place; the next has one more. */
  readonly seq: number;
  readonly atUnixMs: number;
  /** asked: written before anything is done. done: what became of it. refused: whoever asked may not. opened: a daemon began to write. */
  readonly stage: "asked" | "done" | "refused" | "opened";
  /** The name of the token; local: whoever may open the unix socket. */
  readonly who: string;
  /** An address, or unix. Null: the daemon itself. */
  readonly from: string | null;
  readonly requestId: string | null;
  readonly operation: string;
  /** What it is done to: an id, a tag or a name. */
  readonly object: string | null;
  /** In the guest, where it is about a file. */
  readonly path: string | null;
  /** The place of the line with its beginning. */
  readonly asked: number | null;
  /** Of the error; null where there was none. */
  readonly code: string | null;
  /** The ids or tags that it gave: children, or what was removed. */
  readonly made: readonly string[];
  /** Of the line before, as it is in its file, without its end. */
  readonly prev: string;
}

export interface AuditReport {
  /** Whether this daemon writes (FORKD_AUDIT). */
  readonly recording: boolean;
  /** Whether each line follows from the one before. */
  readonly sound: boolean;
  readonly directory: string;
  readonly files: number;
  readonly entries: number;
  /** Above 1 where older files were removed. */
  readonly firstSeq: number | null;
  /** The last line. Noted elsewhere, it shows later that no line up to it was altered. */
  readonly head: {
    readonly seq: number;
    readonly sha256: string;
  } | null;
  /** The first that does not fit. */
  readonly fault: {
    readonly file: string;
    readonly line: number;
    readonly why: string;
  } | null;
}

export interface BranchInfo {
  readonly tag: string;
  /** Null while it is being written. */
  readonly id: string | null;
  readonly dir: string;
  readonly status: "writing" | "ready" | "failed";
  /** Whether it can be forked. */
  readonly bootable: boolean;
  readonly warning?: string | undefined;
  readonly createdAtUnix: number;
  /** The snapshot that its layers stand on. */
  readonly parentId: string | null;
  /** The sandbox. */
  readonly branchedFrom: string;
  /** For how long the source's vCPUs stood still. */
  readonly pauseMs: number;
  readonly imageId: string | null;
  readonly memoryMib: number;
  readonly vcpus: number;
  /** What its layers take on disk. */
  readonly physicalBytes: number;
  /** Boot, warm-up and capture. */
  readonly buildMs: number;
  /** How many machines run from it now. */
  readonly sandboxes: number;
  readonly jobId: string;
  readonly mode: "full" | "diff" | "live";
  /** The pause or, live, the longest time in which no page was saved meanwhile, if that is more: a guest that waited for one waited about so long. */
  readonly longestStallMs: number;
  /** Pages of 4 KiB that the source had written itself. */
  readonly dirtyPages: number;
  /** Memory and disk; 0 while it is still being written. */
  readonly bytesCaptured: number;
  /** What it took, in order; empty while it is still being written. */
  readonly phases: readonly {
    readonly name: string;
    readonly ms: number;
  }[];
  /** As pause_ms, for a diff. */
  readonly diffMs: number | null;
  /** What the layer takes on disk. */
  readonly diffPhysicalBytes: number | null;
  /** Dirty pages in bytes. */
  readonly diffLogicalBytes: number | null;
}

export interface Capabilities {
  /** The VMM adapter, such as qemu. */
  readonly engine: string;
  readonly engineVersion: string;
  /** How guests run: hardware or emulated. */
  readonly accelerator: "kvm" | "tcg";
  /** The proof that chose the accelerator. */
  readonly acceleratorReason: string;
  readonly machine: string;
  readonly cpuModel: string;
  /** Whether memory_limit_mib can be put in force. */
  readonly memoryLimits: boolean;
  readonly memoryLimitsReason: string;
  /** Which limits can be put in force, by what, or why not; those of disks always can. */
  readonly limits: readonly {
    readonly kind: "memory" | "CPU" | "task";
    readonly available: boolean;
    readonly why: string;
  }[];
  readonly branchModes: readonly ("full" | "diff" | "live")[];
  /** How many branches may be under way. */
  readonly branchConcurrency: number;
  /** Options that are accepted and change nothing here, and why. */
  readonly optionNotes: Readonly<Record<string, string>>;
  readonly maxSandboxes: number;
  /** How many children start at once. */
  readonly parallelism: number;
  /** Copies of a machine, since the daemon started, that were ended because their agent did not answer. Each of these children was restored instead. */
  readonly silentCopies: number;
}

export interface ContextInfo {
  /** A context's id; the one that is there for good in each language is called as the language. */
  readonly id: string;
  /** Python, JavaScript (by Node) or the shell. */
  readonly language: "python" | "node" | "bash";
  /** Where it began. */
  readonly cwd: string;
  /** absent: the image has no such interpreter; idle: nothing has used it yet. */
  readonly state: "absent" | "idle" | "starting" | "ready" | "busy" | "dead";
  /** Its pid in the guest. */
  readonly pid: number | null;
  readonly version: string | null;
}

export interface DirectoryReport {
  /** False when there was a directory already. */
  readonly created: boolean;
}

export interface Doctor {
  readonly checks: readonly DoctorCheck[];
}

export interface DoctorCheck {
  readonly name: string;
  readonly status: "pass" | "warn" | "fail" | "skip";
  /** What was found. */
  readonly detail: string;
  /** How to mend it; null when there is nothing to mend. */
  readonly hint: string | null;
}

export type Empty = Readonly<Record<string, never>>;

export interface ErrorReply {
  /** What failed, on which object, with which numbers. */
  readonly error: string;
  readonly code: string;
  /** What mends it, in the words of the command line. */
  readonly hint: string;
  /** The hint for clients that say what to call in words of their own; absent where it is but text. */
  readonly hintParts?: readonly (string | HintAction | HintOption)[] | undefined;
  readonly details?: unknown;
  readonly requestId?: string | undefined;
}

export type EvalEvent =
  | {
      readonly type: "start";
    }
  | {
      readonly type: "stdout";
      readonly text: string;
    }
  | {
      readonly type: "stderr";
      readonly text: string;
    }
  | {
      readonly type: "result";
      readonly content: RichResult;
    }
  | {
      readonly type: "end";
      /** Without what was streamed. */
      readonly outcome: EvalResult;
    };

export interface EvalResult {
  /** What the code displayed, its figures, and its value, each in all formats that it has. */
  readonly results: readonly RichResult[];
  /** The value as the language writes it (repr, inspect). */
  readonly result: string | null;
  /** The value as JSON, when it can be. */
  readonly resultJson: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly error: string | null;
  readonly errorName: string | null;
  /** What the error says, without its name. */
  readonly errorValue: string | null;
  readonly traceback: string | null;
  /** 0, or 1 when there is an error; of a shell, the status of the code. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly truncated: boolean;
  /** How many calls the context has had since its start; null of an older agent. */
  readonly executionCount: number | null;
  readonly durationMs: number;
}

export type EventLine =
  | {
      readonly type: "stream.opened";
      /** Where it begins: what comes is behind it. */
      readonly cursor: string;
      /** False when events after the cursor that was given are no longer kept. */
      readonly isWhole: boolean;
    }
  | ForkdEvent;

export type ExecEvent =
  | {
      readonly type: "start";
      readonly pid: number;
      /** Bytes before this that are lost. */
      readonly dropped: number;
      /** How many bytes it had written before what follows; null where an older agent does not say. */
      readonly offset: number | null;
    }
  | {
      readonly type: "stdout";
      readonly data: string;
    }
  | {
      readonly type: "stderr";
      readonly data: string;
    }
  | {
      readonly type: "exit";
      readonly exitCode: number;
      readonly signal: string | null;
      readonly timedOut: boolean;
      readonly durationMs: number;
    }
  | {
      readonly type: "more";
      /** The last line of a piece of a lossless command's output: to attach from here says that it has arrived. */
      readonly offset: number;
    };

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** The status; 128 + the signal's number if one ended it. */
  readonly exitCode: number;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly truncated: boolean;
  /** It was detached, and goes on: only pid says something then. See GET …/processes. */
  readonly running: boolean;
  readonly pid: number;
  readonly durationMs: number;
  /** Where the rest of a lossless command's output is asked for; null when there is no more. */
  readonly nextOffset: number | null;
}

export type FileChange =
  | {
      readonly type: "opened";
    }
  | {
      readonly type: "overflow";
    }
  | {
      readonly type: "create" | "write" | "remove" | "chmod";
      /** Below the watched directory; empty when that itself is gone, which ends the stream. */
      readonly name: string;
    }
  | {
      readonly type: "rename";
      readonly name: string;
      /** Its new name, below the watched directory. */
      readonly to: string;
    };

export interface FileInfo {
  /** The last part of the path. */
  readonly name: string;
  /** What could not be read as UTF-8 is U+FFFD. */
  readonly path: string;
  readonly type: "file" | "dir" | "symlink" | "fifo" | "socket" | "char_device" | "block_device";
  /** In bytes. */
  readonly size: number;
  /** Octal permission bits. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** The user's name, or the number where it has none. */
  readonly owner: string;
  readonly group: string;
  readonly modifiedAtUnixMs: number;
  /** Where a link leads to. */
  readonly symlinkTarget: string | null;
  /** What was noted of a file or a directory: its extended attributes `user.e2b.KEY`. At most 4096 bytes. */
  readonly metadata: Readonly<Record<string, string>>;
}

export type ForkdEvent =
  | {
      readonly type: "sandbox.forked";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly snapshotTag: string;
      /** A snapshot id. */
      readonly snapshotId: string;
      /** The running machine that was forked, if any. */
      readonly from: string | null;
      readonly ids: readonly string[];
      /** From the request until all of them were ready. */
      readonly wallMs: number;
    }
  | {
      readonly type: "sandbox.ready";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
      readonly snapshotTag: string;
      readonly restoreMs: number;
      readonly readyMs: number;
    }
  | {
      readonly type: "sandbox.context_ended";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
      readonly context: string;
      /** What it did not do while the machine was forked. */
      readonly why: string;
    }
  | {
      readonly type: "sandbox.adopted";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
    }
  | {
      readonly type: "sandbox.unmanaged";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
      readonly why: string;
    }
  | {
      readonly type: "sandbox.died";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
      readonly why: string;
    }
  | {
      readonly type: "sandbox.expired";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
      /** timeout: its time to live was over. idle: nobody used it for its idle time-out. */
      readonly reason: "timeout" | "idle";
    }
  | {
      readonly type: "sandbox.updated";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
      readonly name: string | null;
      /** The fields that were changed. */
      readonly changed: readonly string[];
    }
  | {
      readonly type: "sandbox.paused";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
      /** timeout: its time to live was over. idle: nobody used it for its idle time-out. */
      readonly reason: "asked" | "timeout" | "idle";
    }
  | {
      readonly type: "sandbox.suspended";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
      /** timeout: its time to live was over. idle: nobody used it for its idle time-out. */
      readonly reason: "asked" | "timeout" | "idle";
    }
  | {
      readonly type: "sandbox.resumed";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
      /** needed: a request needed the guest of a machine that was forked with auto_resume. */
      readonly reason: "asked" | "needed";
    }
  | {
      readonly type: "sandbox.killed";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A sandbox id. */
      readonly id: string;
    }
  | {
      readonly type: "token.created";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly name: string;
      /** read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too. */
      readonly scope: "read" | "use" | "admin";
    }
  | {
      readonly type: "token.revoked";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly name: string;
    }
  | {
      readonly type: "webhook.created";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly webhook: string;
      readonly url: string;
    }
  | {
      readonly type: "webhook.removed";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly webhook: string;
    }
  | {
      readonly type: "snapshot.created";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly tag: string;
      /** A snapshot id. */
      readonly id: string;
      readonly buildMs: number;
    }
  | {
      readonly type: "snapshot.branched";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly tag: string;
      /** A snapshot id. */
      readonly id: string;
      /** A sandbox id. */
      readonly sandboxId: string;
      readonly mode: "full" | "diff" | "live";
      readonly pauseMs: number;
    }
  | {
      readonly type: "snapshot.compacted";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly tag: string;
      /** A snapshot id. */
      readonly id: string;
      readonly from: string;
    }
  | {
      readonly type: "snapshot.packed";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly tag: string;
      /** A snapshot id. */
      readonly id: string;
      readonly path: string;
      readonly digest: string;
    }
  | {
      readonly type: "snapshot.pushed";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly tag: string;
      readonly reference: string;
      readonly digest: string;
    }
  | {
      readonly type: "snapshot.pulled";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly tag: string;
      /** A snapshot id. */
      readonly id: string;
      readonly source: string;
      readonly digest: string;
    }
  | {
      readonly type: "snapshot.removed";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly tag: string;
    }
  | {
      readonly type: "image.built";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly name: string;
      /** The SHA-256 of the image's bytes. */
      readonly id: string;
      readonly cached: boolean;
    }
  | {
      readonly type: "image.removed";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly name: string;
    }
  | {
      readonly type: "garbage.collected";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly removed: number;
      readonly bytes: number;
    }
  | {
      readonly type: "zygote.failed";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A snapshot id. */
      readonly snapshotId: string;
      readonly why: string;
    }
  | {
      readonly type: "zygote.copy_silent";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      /** A snapshot id. */
      readonly snapshotId: string;
      readonly why: string;
      /** How many that makes since the daemon started. */
      readonly total: number;
    }
  | {
      readonly type: "job.started";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly job: Job;
    }
  | {
      readonly type: "job.progress";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly job: Job;
    }
  | {
      readonly type: "job.done";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly job: Job;
    }
  | {
      readonly type: "job.failed";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly job: Job;
    }
  | {
      readonly type: "job.cancelled";
      /** Where it stands in the stream; later ones come `after` it. */
      readonly cursor: string;
      readonly atUnixMs: number;
      /** Who asked for it; null when it came about by itself. */
      readonly caller: string | null;
      readonly job: Job;
    };

export interface GarbageReport {
  readonly dryRun: boolean;
  readonly removed: readonly {
    readonly kind: "hot" | "snapshot" | "draft" | "image";
    readonly name: string;
    readonly bytes: number;
  }[];
  readonly bytes: number;
}

export interface GuestTask {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  /** As proc(5) has it: R, S, D, Z, … */
  readonly state: string;
  /** CPU time since it began. */
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** Its arguments, or its name in brackets; cut. */
  readonly command: string;
}

/** The processes of a guest, but those of its kernel. */
export interface GuestTasks {
  /** How many there are, of which the busiest 1024 are listed. */
  readonly total: number;
  readonly tasks: readonly GuestTask[];
}

/** What a guest uses, as it says itself. */
export interface GuestUsage {
  readonly memoryTotalBytes: number;
  /** What programs could not have, caches not counted. */
  readonly memoryUsedBytes: number;
  readonly diskTotalBytes: number;
  /** Of the root file system. */
  readonly diskUsedBytes: number;
  /** By all its interfaces but the loopback, since the machine booted that its snapshot is of; null of an older guest. */
  readonly networkReceivedBytes: number | null;
  readonly networkSentBytes: number | null;
  /** Without the kernel's own. */
  readonly processes: number;
}

export interface Health {
  readonly ok: true;
}

/** An operation to call. */
export interface HintAction {
  /** The operation. */
  readonly operation: string;
  /** Some of its arguments, by name; null is for the reader to choose. */
  readonly args: Readonly<Record<string, string | number | boolean | readonly string[] | null>>;
}

/** An argument of an operation, named. */
export interface HintOption {
  /** The operation. */
  readonly operation: string;
  /** The argument's name; `warm.kind` is one of an argument's fields. */
  readonly option: string;
  /** What it should be. */
  readonly value?: string | number | boolean | readonly string[] | null | undefined;
}

export interface ImageInfo {
  /** The SHA-256 of the image's bytes. */
  readonly id: string;
  readonly names: readonly string[];
  readonly recipe: ImageRecipeOutput;
  /** The size of the file system. */
  readonly sizeBytes: number;
  /** What it takes on the host's disk. */
  readonly physicalBytes: number;
  readonly createdAtUnix: number;
  /** Whether it was there already when it was asked for. */
  readonly cached: boolean;
}

export interface ImageRecipeOutput {
  /** The Debian suite. Default: `"bookworm"`. */
  readonly suite: string;
  /** Debian packages, with what they depend on. Default: `[]`. */
  readonly packages: readonly string[];
  /** Extra files. Default: `[]`. */
  readonly files: readonly {
    /** An absolute path inside of the guest. */
    readonly path: string;
    /** The content in base 64. */
    readonly contentBase64: string;
    /** Octal permission bits. Default: `"0644"`. */
    readonly mode: string;
  }[];
  /** A shell script that runs inside of the new root, as its root user. Default: `null`. */
  readonly script: string | null;
  /** The size of the file system in MiB; unused blocks take no space. Default: `2048`. From 256 to 65536. */
  readonly sizeMib: number;
}

export interface InterruptReport {
  /** False when nothing ran in it. */
  readonly interrupted: boolean;
}

export interface Job {
  /** A job id. */
  readonly id: string;
  /** The operation. */
  readonly kind: string;
  /** What it works on: a tag, an image or a sandbox. */
  readonly subject: string;
  readonly status: "running" | "done" | "failed" | "cancelled";
  readonly startedAtUnix: number;
  readonly endedAtUnix: number | null;
  readonly progress: {
    /** A stable name of the step. */
    readonly step: string;
    /** What is going on, for people. */
    readonly message: string;
    readonly done?: number | undefined;
    readonly total?: number | undefined;
  } | null;
  readonly error: ErrorReply | null;
}

export interface KillReport {
  readonly killed: readonly string[];
}

export interface NetnsInfo {
  /** Of the network namespace, as `ip netns` has it. */
  readonly name: string;
  /** Whose it is; null while it waits for one. */
  readonly sandboxId: string | null;
}

export interface NetworkInfo {
  /** none: no network; ports can be reached all the same. user: one that needs no root. netns: a network namespace of its own. */
  readonly mode: "none" | "user" | "netns";
  /** What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where its addresses are named as such. A list with names has no other name resolved. */
  readonly egress: "deny" | "allow" | readonly string[];
  /** The group that it is linked to. */
  readonly link: string | null;
}

export interface NewToken {
  readonly name: string;
  /** read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too. */
  readonly scope: "read" | "use" | "admin";
  readonly createdAtUnix: number;
  readonly expiresAtUnix: number | null;
  readonly tenant: string | null;
  /** The secret. It is told this once, and kept nowhere. */
  readonly token: string;
}

export interface NewWebhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly allowPrivate: boolean;
  readonly createdAtUnix: number;
  /** Events that are to be sent. */
  readonly waiting: number;
  /** Since the daemon started, as are the next two. */
  readonly delivered: number;
  /** Events that were given up after the last try. */
  readonly failed: number;
  /** Events for which there was no room. */
  readonly dropped: number;
  /** Why the last try failed; null where it did not. */
  readonly lastError: string | null;
  /** What events are signed with. It is told this once. */
  readonly secret: string;
}

export interface PackInfo {
  readonly tag: string;
  /** A snapshot id. */
  readonly id: string;
  readonly path: string;
  /** Of the pack's manifest: sha256:… */
  readonly digest: string;
  /** Snapshots in it. */
  readonly links: number;
  readonly logicalBytes: number;
  readonly packedBytes: number;
}

export interface Ping {
  readonly pong: true;
  /** The agent's pid in the guest. */
  readonly pid: number;
  readonly agentVersion: string;
  readonly uptimeMs: number;
  /** The guest's wall clock less the host's. */
  readonly clockOffsetMs: number;
  readonly interpreters: {
    readonly python: {
      readonly state: "absent" | "idle" | "starting" | "ready" | "busy" | "dead";
      readonly pid: number | null;
      readonly version: string | null;
    };
    readonly node: {
      readonly state: "absent" | "idle" | "starting" | "ready" | "busy" | "dead";
      readonly pid: number | null;
      readonly version: string | null;
    };
  };
  readonly roundTripMs: number;
}

export interface PortInfo {
  readonly port: number;
  /** What it is bound to. Ports of other addresses than the loopback's cannot be reached. */
  readonly address: string;
  /** The guest's process that listens, if it was found. */
  readonly pid: number | null;
  /** Its name. */
  readonly command: string | null;
  /** The port of the host's loopback that leads there, where it is published. */
  readonly hostPort: number | null;
}

export interface ProcessExit {
  /** The status; 128 + the signal's number if one ended it. */
  readonly exitCode: number;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

/** A command that exec started. What an older agent does not tell is null. */
export interface ProcessInfo {
  readonly pid: number;
  readonly args: readonly string[];
  readonly running: boolean;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly startedAtUnixMs: number | null;
  readonly user: string | null;
  /** Where it was to begin. */
  readonly cwd: string | null;
  /** Whether it is on a terminal. */
  readonly pty: boolean | null;
  readonly lossless: boolean | null;
  /** What it has written to stdout and stderr together. */
  readonly outputBytes: number | null;
}

export interface Progress {
  readonly type: "progress";
  /** A stable name of the step. */
  readonly step: string;
  /** What is going on, for people. */
  readonly message: string;
  readonly done?: number | undefined;
  readonly total?: number | undefined;
}

export type ProgressEvent =
  | Progress
  | {
      readonly type: "result";
      readonly result: unknown;
    }
  | {
      readonly type: "error";
      readonly status: number;
      readonly error: ErrorReply;
    };

export interface PublishedPort {
  readonly port: number;
  /** On 127.0.0.1. */
  readonly hostPort: number;
}

export interface PullInfo {
  readonly tag: string;
  /** A snapshot id. */
  readonly id: string;
  readonly source: string;
  /** Of the pack's manifest, as it was packed or pushed: sha256:… */
  readonly digest: string;
  readonly links: number;
  /** The file or the name of the key that signed it. */
  readonly signedBy: string | null;
  readonly bytesReceived: number;
}

export interface PushInfo {
  readonly destination: string;
  /** Of the pack's manifest, as in a file: sha256:… */
  readonly digest: string;
  /** Pulls just this, whatever becomes of the tag: oci://registry/name@sha256:… */
  readonly reference: string;
  readonly blobs: number;
  /** Those that the registry lacked. */
  readonly blobsSent: number;
  readonly bytesSent: number;
}

export interface RichResult {
  /** It is the value of the code; others were displayed. */
  readonly isMainResult: boolean;
  /** As the language writes it (repr, inspect). */
  readonly text?: string | undefined;
  /** A table of pandas is one in HTML. */
  readonly html?: string | undefined;
  /** Markdown. */
  readonly markdown?: string | undefined;
  /** A drawing. */
  readonly svg?: string | undefined;
  /** An image; figures of matplotlib are, in base 64. */
  readonly png?: string | undefined;
  /** An image, in base 64. */
  readonly jpeg?: string | undefined;
  /** A document, in base 64. */
  readonly pdf?: string | undefined;
  /** LaTeX. */
  readonly latex?: string | undefined;
  /** JavaScript. */
  readonly javascript?: string | undefined;
  /** The value as JSON, when it can be. */
  readonly json?: unknown;
  /** The columns of a table of pandas by their names. */
  readonly data?: unknown;
  /** What a figure of matplotlib shows, as data: type, title, elements and axes, as E2B's clients read it. */
  readonly chart?: unknown;
  /** What has no field here, by MIME type. */
  readonly extra: Readonly<Record<string, string>>;
  /** A format was left out since it was too long. */
  readonly truncated: boolean;
}

export interface SandboxInfo {
  /** A sandbox id. */
  readonly id: string;
  readonly name: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly snapshotTag: string;
  /** Null for an unmanaged machine whose record is damaged. */
  readonly snapshotId: string | null;
  /** paused: its vCPUs stand still, its memory is kept. suspended: it is on disk, and has no process. adopting: a new daemon is taking it over. unmanaged: the daemon cannot control it. */
  readonly status: "running" | "paused" | "suspended" | "dead" | "adopting" | "unmanaged";
  readonly childIndex: number;
  readonly hostname: string;
  /** The VMM's process on the host. */
  readonly pid: number | null;
  readonly network: NetworkInfo;
  /** The name of its network namespace, in that mode. */
  readonly netns: string | null;
  /** Where this host reaches the guest, in mode netns while it has a process. */
  readonly guestAddr: string | null;
  /** Where the members of its group reach it, while it has a process. */
  readonly linkAddr: string | null;
  /** Ports of its guest that are ports of the host's loopback. */
  readonly publishedPorts: readonly PublishedPort[];
  readonly createdAtUnix: number;
  readonly expiresAtUnix: number | null;
  /** kill: end it. pause: let it stand still, with its memory. suspend: put it on disk. */
  readonly onTimeout: "kill" | "pause" | "suspend";
  readonly idleTimeoutSecs: number | null;
  /** kill: end it. pause: let it stand still, with its memory. suspend: put it on disk. */
  readonly onIdle: "kill" | "pause" | "suspend";
  readonly memoryMib: number;
  /** A hard limit for guest and VMM together, at least the guest's memory. One that leaves the VMM less than 64 MiB is raised to that; the answer tells it. The fork fails if it cannot be put in force. */
  readonly memoryLimitMib: number | null;
  /** How much of its memory may be swapped out beside its memory limit; null: none of it. */
  readonly swapLimitMib: number | null;
  /** How many CPUs' time it may take, such as 0.5. */
  readonly cpuLimit: number | null;
  /** How many threads and processes its VMM may have. */
  readonly taskLimit: number | null;
  /** How much its guest may read of its disk in a second. */
  readonly diskReadBytesPerSec: number | null;
  /** How much its guest may write to its disk in a second. */
  readonly diskWriteBytesPerSec: number | null;
  /** How often its guest may read of its disk in a second. */
  readonly diskReadOpsPerSec: number | null;
  /** How often its guest may write to its disk in a second. */
  readonly diskWriteOpsPerSec: number | null;
  readonly vcpus: number;
  /** From the VMM's start until the guest's vCPUs ran. */
  readonly restoreMs: number;
  /** From the VMM's start until the fork contract held. */
  readonly readyMs: number;
  /** Whether it can be branched live. */
  readonly liveFork: boolean;
  /** Whether its ports can be reached without a token. */
  readonly publicPorts: boolean;
  /** Whether a request that needs its guest resumes it. */
  readonly autoResume: boolean;
  readonly hasBranched: boolean;
  readonly branchCount: number;
  readonly lastBranchMemoryPath: string | null;
  /** Why and when a dead machine died, with its last console lines. */
  readonly died: {
    readonly atUnix: number;
    readonly why: string;
    readonly console: readonly string[];
  } | null;
  /** Why an unmanaged machine could not be taken over. */
  readonly unmanagedWhy: string | null;
}

export interface SandboxMetrics {
  /** A sandbox id. */
  readonly id: string;
  readonly name: string | null;
  /** paused: its vCPUs stand still, its memory is kept. suspended: it is on disk, and has no process. adopting: a new daemon is taking it over. unmanaged: the daemon cannot control it. */
  readonly status: "running" | "paused" | "suspended" | "dead" | "adopting" | "unmanaged";
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly memoryLimitMib: number | null;
  readonly now: UsageSample;
  readonly guest: GuestUsage | null;
  /** Why the guest that was asked said nothing. */
  readonly guestWhy: string | null;
  /** The oldest first: one each 30 s, of the last two hours or of this daemon's. */
  readonly history: readonly UsageSample[];
}

export interface SignedUrl {
  /** Path and query, for any client that reaches this daemon. */
  readonly url: string;
  readonly method: "GET" | "PUT";
  readonly signature: string;
  readonly expiresAtUnix: number;
}

export interface SnapshotDetail {
  readonly tag: string;
  /** A snapshot id. */
  readonly id: string;
  readonly dir: string;
  readonly createdAtUnix: number;
  readonly memoryLogicalBytes: number;
  /** What its own memory layer takes on disk. */
  readonly memoryPhysicalBytes: number;
  /** The state of CPUs and devices. */
  readonly vmstateBytes: number;
  /** Its own overlays. */
  readonly diskBytes: number;
  /** What its assembled memory takes; 0 when there is none. */
  readonly hotBytes: number;
  /** A tag, or an id where the tag is gone. */
  readonly parentTag: string | null;
  readonly parentContentHash: string | null;
  /** 1 for a snapshot that stands alone. */
  readonly chainDepth: number;
  /** The one that stands alone first. */
  readonly ancestors: readonly string[];
  readonly dependents: readonly string[];
}

export interface SnapshotInfo {
  readonly tag: string;
  /** Null while it is being written. */
  readonly id: string | null;
  readonly dir: string;
  readonly status: "writing" | "ready" | "failed";
  /** Whether it can be forked. */
  readonly bootable: boolean;
  readonly warning?: string | undefined;
  readonly createdAtUnix: number;
  /** The snapshot that its layers stand on. */
  readonly parentId: string | null;
  /** The sandbox that it was taken of. */
  readonly branchedFrom: string | null;
  /** For how long that sandbox stood still. */
  readonly pauseMs: number | null;
  readonly imageId: string | null;
  readonly memoryMib: number;
  readonly vcpus: number;
  /** What its layers take on disk. */
  readonly physicalBytes: number;
  /** Boot, warm-up and capture. */
  readonly buildMs: number;
  /** How many machines run from it now. */
  readonly sandboxes: number;
}

export interface SnapshotRemoval {
  /** The tags that are gone: that of the snapshot, and with cascade those of all that stood on it. */
  readonly removed: readonly string[];
}

export interface StopReport {
  /** The machines that were suspended for it. */
  readonly suspended: readonly string[];
}

export interface TenantInfo {
  readonly name: string;
  readonly quota: {
    /** Sandboxes that are not dead, those on disk among them. Null: no limit. Default: `null`. */
    readonly sandboxes: number | null;
    /** What the guests that have a process see as their memory, in MiB. Null: no limit. Default: `null`. */
    readonly memoryMib: number | null;
    /** What its sandboxes have written and its snapshots take, in MiB. Null: no limit. Default: `null`. */
    readonly diskMib: number | null;
    /** Branches and forks of running sandboxes in any 60 seconds. Null: no limit. Default: `null`. */
    readonly branchesPerMinute: number | null;
  };
  readonly used: {
    readonly sandboxes: number;
    readonly memoryMib: number;
    readonly diskMib: number;
    readonly branchesPerMinute: number;
  };
}

export interface TokenInfo {
  readonly name: string;
  /** read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too. */
  readonly scope: "read" | "use" | "admin";
  readonly createdAtUnix: number;
  readonly expiresAtUnix: number | null;
  readonly tenant: string | null;
}

export interface Tree {
  readonly snapshots: readonly {
    /** A snapshot id. */
    readonly id: string;
    /** The first of its tags; null when it has none. */
    readonly tag: string | null;
    /** All that point to it, in alphabetical order. */
    readonly tags: readonly string[];
    readonly parentId: string | null;
    /** The SHA-256 of the image's bytes. */
    readonly imageId: string;
    readonly branchedFrom: string | null;
    readonly memoryKind: "full" | "diff";
    readonly memoryMib: number;
    /** Its own layers on disk; all else is shared. */
    readonly physicalBytes: number;
    readonly createdAtUnix: number;
  }[];
  readonly sandboxes: readonly {
    /** A sandbox id. */
    readonly id: string;
    /** A snapshot id. */
    readonly snapshotId: string;
    /** paused: its vCPUs stand still, its memory is kept. suspended: it is on disk, and has no process. adopting: a new daemon is taking it over. unmanaged: the daemon cannot control it. */
    readonly status: "running" | "paused" | "suspended" | "dead" | "adopting" | "unmanaged";
    readonly createdAtUnix: number;
    /** Guest memory that it does not share with its snapshot; null for one that is dead or not managed. */
    readonly privateBytes: number | null;
  }[];
}

/** What a machine took of its host. */
export interface UsageSample {
  readonly atUnixMs: number;
  /** CPU time of the VMM, guest code included, since it started. */
  readonly cpuMs: number;
  /** Of one CPU, since the sample before; null where there is none. */
  readonly cpuPercent: number | null;
  /** Memory of the host that only this machine has. */
  readonly memoryPrivateBytes: number;
  /** Memory of the host that others map as well: that of its snapshot, and of programs. */
  readonly memorySharedBytes: number;
  /** What its disk takes beyond its snapshot's. */
  readonly diskBytes: number;
}

export interface Version {
  readonly version: string;
  readonly api: "v1";
  readonly pid: number;
}

export interface WebhookInfo {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly allowPrivate: boolean;
  readonly createdAtUnix: number;
  /** Events that are to be sent. */
  readonly waiting: number;
  /** Since the daemon started, as are the next two. */
  readonly delivered: number;
  /** Events that were given up after the last try. */
  readonly failed: number;
  /** Events for which there was no room. */
  readonly dropped: number;
  /** Why the last try failed; null where it did not. */
  readonly lastError: string | null;
}

export interface WorkspaceInfo {
  /** The id of the sandbox that it is. */
  readonly id: string;
  readonly name: string;
  readonly sourceSnapshotTag: string;
  /** Always null: what it is resumed of is no snapshot. */
  readonly currentStateTag: string | null;
  /** stale: its machine has died, or this daemon cannot control it. */
  readonly status: "running" | "paused" | "suspended" | "stale";
  /** The same as `id` while it has a process, else null. */
  readonly liveSandboxId: string | null;
  readonly createdAtUnix: number;
  /** When it was last used. */
  readonly lastActiveUnix: number;
  readonly lastBranchMemoryPath: string | null;
}

export interface WriteReport {
  readonly bytes: number;
}

/** The codes that the daemon gives; a newer daemon may know more. */
export type ErrorCode =
  | "agent_outdated"
  | "agent_protocol"
  | "agent_timeout"
  | "agent_unreachable"
  | "audit_failed"
  | "base_gone"
  | "body_too_large"
  | "boot_failed"
  | "branch_busy"
  | "branch_in_progress"
  | "cancelled"
  | "capture_failed"
  | "chain_too_deep"
  | "command_not_found"
  | "context_not_found"
  | "cross_site_request"
  | "daemon_running"
  | "disk_full"
  | "fork_contract_failed"
  | "fork_failed"
  | "guest_file_not_found"
  | "guest_process_not_found"
  | "guest_refused"
  | "headers_too_large"
  | "idempotency_key_reused"
  | "image_build_failed"
  | "image_corrupt"
  | "image_in_use"
  | "image_not_found"
  | "internal"
  | "interpreter_unavailable"
  | "invalid_configuration"
  | "invalid_request"
  | "job_not_found"
  | "kernel_unavailable"
  | "limit_unavailable"
  | "live_unavailable"
  | "machine_stuck"
  | "memory_limit_too_small"
  | "memory_limit_unavailable"
  | "name_taken"
  | "network_failed"
  | "never_ready"
  | "no_memory"
  | "no_network"
  | "not_permitted"
  | "out_of_resources"
  | "output_lost"
  | "pack_incompatible"
  | "pack_invalid"
  | "pack_not_found"
  | "pack_too_large"
  | "parent_died"
  | "port_broken"
  | "port_refused"
  | "port_taken"
  | "port_timeout"
  | "range_not_satisfiable"
  | "registry_failed"
  | "request_timeout"
  | "requirement_missing"
  | "restore_failed"
  | "resume_failed"
  | "sandbox_dead"
  | "sandbox_not_found"
  | "sandbox_paused"
  | "sandbox_quota"
  | "sandbox_suspended"
  | "sandbox_unmanaged"
  | "service_ended"
  | "signature_invalid"
  | "signature_refused"
  | "signature_required"
  | "snapshot_corrupt"
  | "snapshot_exists"
  | "snapshot_has_dependents"
  | "snapshot_in_use"
  | "snapshot_incompatible"
  | "snapshot_not_found"
  | "snapshot_not_ready"
  | "snapshot_without_card"
  | "stop_failed"
  | "suspended_state_damaged"
  | "tar_failed"
  | "task_limit_too_small"
  | "tenant_quota"
  | "token_name_taken"
  | "token_not_found"
  | "too_many_connections"
  | "too_many_contexts"
  | "too_many_refusals"
  | "unauthenticated"
  | "unknown_host"
  | "unknown_route"
  | "unsupported_media_type"
  | "unsupported_option"
  | "vmm_failed"
  | "warm_up_failed"
  | "warm_up_timeout"
  | "webhook_limit"
  | "webhook_not_found"
  | "workspace_not_found";

/** The operations that a hint can name, with those of their arguments that it can give. */
export interface HintArguments {
  listWorkspaces: never;
  listTokens: never;
  createToken: "name" | "scope";
  listWebhooks: never;
  deleteWebhook: "webhook";
  revokeToken: "name";
  listSandboxes: "tag";
  createSandboxes: "snapshot_tag" | "live_fork" | "auto_resume" | "on_failure";
  forkSandbox: "id";
  branchSandbox: "id" | "mode";
  adoptSandbox: "id";
  resumeSandbox: "id";
  killSandbox: "id";
  killSandboxes: "tag";
  logs: "id" | "source";
  listContexts: "id";
  removeContext: "id" | "context";
  listPorts: "id";
  waitForPort: "id" | "port";
  exec: "id" | "args";
  createSnapshot: "tag" | "image" | "memory_mib" | "timeout_secs" | "warm.kind";
  deleteSnapshot: "force" | "cascade" | "tag";
  compactSnapshot: "tag" | "to";
  packSnapshot: "tag" | "output";
  pullSnapshot: "source" | "require_signature";
  listImages: never;
  buildImage: "name";
  deleteImage: "image";
  listJobs: never;
  watchEvents: never;
  doctor: never;
  stop: "on_exit";
  version: never;
}

/** How long work may take unless told, in seconds; null: as long as its caller waits. */
export const DEFAULT_TIMEOUT_SECS = { exec: null, eval: 30, snapshot: 300 } as const;

/** What each operation takes and answers. */
export interface Operations {
  /** Whether the daemon answers. */
  health: { readonly request: Readonly<Record<never, never>>; readonly response: Health };
  /** Versions of daemon and API. */
  version: { readonly request: Readonly<Record<never, never>>; readonly response: Version };
  /** Figures of the daemon and of all machines, in Prometheus' text format. */
  scrape: { readonly request: Readonly<Record<never, never>>; readonly response: string };
  /** What this host can do, and why. */
  capabilities: { readonly request: Readonly<Record<never, never>>; readonly response: Capabilities };
  /** Every requirement: state, why, how to mend. */
  doctor: { readonly request: Readonly<Record<never, never>>; readonly response: Doctor };
  /** Stop the daemon, and say what becomes of its machines. */
  stop: { readonly request: { readonly body: StopRequest }; readonly response: StopReport };
  /** List root images. */
  listImages: {
    readonly request: {
      readonly query?: {
        /** How many at most; all, unless told. From 1 to 1000. */
        readonly limit?: number | undefined;
        /** Only what comes behind the page whose x-next-cursor this is. */
        readonly cursor?: string | undefined;
      };
    };
    readonly response: readonly ImageInfo[];
  };
  /** Build a root image, or find the one of the same recipe. */
  buildImage: { readonly request: { readonly body: ImageBuildRequest }; readonly response: ImageInfo };
  /** Remove a root image. */
  deleteImage: {
    readonly request: {
      readonly params: {
        readonly image: string;
      };
    };
    readonly response: void;
  };
  /** List snapshots, those being written too. */
  listSnapshots: {
    readonly request: {
      readonly query?: {
        /** How many at most; all, unless told. From 1 to 1000. */
        readonly limit?: number | undefined;
        /** Only what comes behind the page whose x-next-cursor this is. */
        readonly cursor?: string | undefined;
      };
    };
    readonly response: readonly SnapshotInfo[];
  };
  /** One snapshot. */
  getSnapshot: {
    readonly request: {
      readonly params: {
        /** A tag or name. */
        readonly tag: string;
      };
    };
    readonly response: SnapshotInfo;
  };
  /** Boot an image, warm it up, freeze it. */
  createSnapshot: { readonly request: { readonly body: SnapshotRequest }; readonly response: SnapshotInfo };
  /** Remove a snapshot. */
  deleteSnapshot: {
    readonly request: {
      readonly params: {
        /** A tag or name. */
        readonly tag: string;
      };
      readonly query?: {
        /** Also when machines run from it, which go on, or snapshots stand on it, which keep the layers they need. Default: `false`. */
        readonly force?: boolean | undefined;
        /** Remove the snapshots that stand on it too. Default: `false`. */
        readonly cascade?: boolean | undefined;
      };
    };
    readonly response: SnapshotRemoval;
  };
  /** A snapshot among its relatives, with sizes. */
  snapshotDetail: {
    readonly request: {
      readonly params: {
        /** A tag or name. */
        readonly tag: string;
      };
    };
    readonly response: SnapshotDetail;
  };
  /** Make a snapshot of the same content that stands alone. */
  compactSnapshot: {
    readonly request: {
      readonly params: {
        /** A tag or name. */
        readonly tag: string;
      };
      readonly body: CompactRequest;
    };
    readonly response: SnapshotInfo;
  };
  /** Snapshots and sandboxes with what they come from. */
  tree: { readonly request: Readonly<Record<never, never>>; readonly response: Tree };
  /** Remove what nothing points to. */
  collectGarbage: { readonly request: { readonly body: GarbageRequest }; readonly response: GarbageReport };
  /** Write a snapshot, with all that it stands on, to one file. */
  packSnapshot: {
    readonly request: {
      readonly params: {
        /** A tag or name. */
        readonly tag: string;
      };
      readonly body: PackRequest;
    };
    readonly response: PackInfo;
  };
  /** Push a snapshot to an OCI registry, less what is there already. */
  pushSnapshot: {
    readonly request: {
      readonly params: {
        /** A tag or name. */
        readonly tag: string;
      };
      readonly body: PushRequest;
    };
    readonly response: PushInfo;
  };
  /** Get a snapshot out of a pack: a file, a URL, an OCI registry, or an index. */
  pullSnapshot: { readonly request: { readonly body: PullRequest }; readonly response: PullInfo };
  /** List machines, dead ones for ten minutes too; all, or those that are as the query says. */
  listSandboxes: {
    readonly request: {
      readonly query?: {
        /** KEY=VALUE, or a KEY with any value; given more than once, all of them. */
        readonly label?: string | readonly string[] | undefined;
        /** A sandbox's name. */
        readonly name?: string | undefined;
        /** paused: its vCPUs stand still, its memory is kept. suspended: it is on disk, and has no process. adopting: a new daemon is taking it over. unmanaged: the daemon cannot control it. */
        readonly status?: "running" | "paused" | "suspended" | "dead" | "adopting" | "unmanaged" | undefined;
        /** The snapshot's. */
        readonly tag?: string | undefined;
        /** How many at most; all, unless told. From 1 to 1000. */
        readonly limit?: number | undefined;
        /** Only what comes behind the page whose x-next-cursor this is. */
        readonly cursor?: string | undefined;
      };
    };
    readonly response: readonly SandboxInfo[];
  };
  /** Fork children from a snapshot. */
  createSandboxes: {
    readonly request: { readonly body: SandboxRequest };
    readonly response: readonly SandboxInfo[];
  };
  /** One machine. */
  getSandbox: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: SandboxInfo;
  };
  /** Change a machine's name, its labels, its limits, when it ends, or what it may reach. */
  updateSandbox: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: SandboxUpdate;
    };
    readonly response: SandboxInfo;
  };
  /** Try again to take over a machine that an earlier daemon left. */
  adoptSandbox: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: SandboxInfo;
  };
  /** Let a machine stand still, with its memory, until it is resumed. */
  pauseSandbox: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: SandboxInfo;
  };
  /** Put a machine on disk, without a process, until it is resumed. */
  suspendSandbox: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: SandboxInfo;
  };
  /** Let a paused or suspended machine run again, with its clock set. */
  resumeSandbox: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: SandboxInfo;
  };
  /** End one machine. */
  killSandbox: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: void;
  };
  /** End all machines, or those of one tag. */
  killSandboxes: {
    readonly request: {
      readonly query?: {
        /** A tag or name. */
        readonly tag?: string | undefined;
        /** Leave those that are on disk. Default: `false`. */
        readonly keepSuspended?: boolean | undefined;
      };
    };
    readonly response: KillReport;
  };
  /** The console, or what the VMM said. */
  logs: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query?: {
        /** Default: `"console"`. */
        readonly source?: "console" | "vmm" | undefined;
        /** Only the last lines. From 1 to 100000. */
        readonly tail?: number | undefined;
        /** Go on until the machine ends. Default: `false`. */
        readonly follow?: boolean | undefined;
      };
    };
    readonly response: void;
  };
  /** Make a snapshot of a running machine, which runs on. */
  branchSandbox: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: BranchRequest;
    };
    readonly response: BranchInfo;
  };
  /** Fork children from a running machine, which runs on. */
  forkSandbox: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: SandboxForkRequest;
    };
    readonly response: readonly SandboxInfo[];
  };
  /** Fork children from several snapshots, linked to each other: all of them or none. */
  createGroup: {
    readonly request: { readonly body: GroupRequest };
    readonly response: readonly SandboxInfo[];
  };
  /** List workspaces: sandboxes with a name that wait on disk when nobody uses them. */
  listWorkspaces: {
    readonly request: {
      readonly query?: {
        /** How many at most; all, unless told. From 1 to 1000. */
        readonly limit?: number | undefined;
        /** Only what comes behind the page whose x-next-cursor this is. */
        readonly cursor?: string | undefined;
      };
    };
    readonly response: readonly WorkspaceInfo[];
  };
  /** Fork a workspace from a snapshot. */
  createWorkspace: {
    readonly request: { readonly body: WorkspaceRequest };
    readonly response: WorkspaceInfo;
  };
  /** Describe one workspace. */
  getWorkspace: {
    readonly request: {
      readonly params: {
        /** A sandbox's name. */
        readonly name: string;
      };
    };
    readonly response: WorkspaceInfo;
  };
  /** Put a workspace on disk. Does nothing when it is there. */
  suspendWorkspace: {
    readonly request: {
      readonly params: {
        /** A sandbox's name. */
        readonly name: string;
      };
      readonly body: WorkspaceSuspendRequest;
    };
    readonly response: WorkspaceInfo;
  };
  /** Let a workspace run again. Does nothing when it runs. */
  resumeWorkspace: {
    readonly request: {
      readonly params: {
        /** A sandbox's name. */
        readonly name: string;
      };
    };
    readonly response: WorkspaceInfo;
  };
  /** End a workspace, and remove all that is its own. Its snapshot stays. */
  deleteWorkspace: {
    readonly request: {
      readonly params: {
        /** A sandbox's name. */
        readonly name: string;
      };
    };
    readonly response: void;
  };
  /** Ask the guest's agent how it is. */
  ping: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: Ping;
  };
  /** Run a command in the guest. */
  exec: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: ExecRequest;
    };
    readonly response: ExecResult;
  };
  /** Evaluate code in a warm interpreter. */
  eval: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: EvalRequest;
    };
    readonly response: EvalResult;
  };
  /** Commands that the agent started. */
  listProcesses: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: readonly ProcessInfo[];
  };
  /** Re-attach to a command: its buffered output, then live. */
  attach: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
        /** From 1 to 4194304. */
        readonly pid: number;
      };
      readonly query?: {
        /** Begin behind so many bytes of its output, stdout and stderr together, as counted by an earlier reader. */
        readonly fromOffset?: number | undefined;
      };
    };
    readonly response: ExecResult;
  };
  /** Wait until a command has ended. Its output stays for those who read it. */
  waitForProcess: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
        /** From 1 to 4194304. */
        readonly pid: number;
      };
    };
    readonly response: ProcessExit;
  };
  /** Feed a command's standard input; the body's end closes it, unless more is to come. */
  writeStdin: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
        /** From 1 to 4194304. */
        readonly pid: number;
      };
      readonly query?: {
        /** Leave it open for what comes later. Default: `false`. */
        readonly more?: boolean | undefined;
      };
    };
    readonly response: Empty;
  };
  /** Send a signal. */
  signalProcess: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
        /** From 1 to 4194304. */
        readonly pid: number;
      };
      readonly body: SignalRequest;
    };
    readonly response: Empty;
  };
  /** Resize a command's terminal. */
  resizeTerminal: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
        /** From 1 to 4194304. */
        readonly pid: number;
      };
      readonly body: ResizeRequest;
    };
    readonly response: Empty;
  };
  /** Read a file, or with a Range header a part of it. */
  readFile: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query: {
        /** An absolute path inside of the guest. */
        readonly path: string;
        /** Of POST …/files/url. */
        readonly signature?: string | undefined;
        /** Until when the signature is good, in seconds since 1970. */
        readonly signatureExpiration?: number | undefined;
      };
    };
    readonly response: void;
  };
  /** Write a file, whole or not at all; or with offset or append a part of it. */
  writeFile: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query: {
        /** An absolute path inside of the guest. */
        readonly path: string;
        /** Octal permission bits. Default: `"0644"`. */
        readonly mode?: string | undefined;
        /** A name or number of the guest. */
        readonly user?: string | undefined;
        /** Writes from this byte on, and leaves the rest of the file as it is. */
        readonly offset?: number | undefined;
        /** Writes at the end of the file. Default: `false`. */
        readonly append?: boolean | undefined;
        /** KEY=VALUE, once for each: what is noted of a file that is written whole, in place of what was. At most 4096 bytes. */
        readonly meta?: string | readonly string[] | undefined;
        /** Of POST …/files/url. */
        readonly signature?: string | undefined;
        /** Until when the signature is good, in seconds since 1970. */
        readonly signatureExpiration?: number | undefined;
      };
    };
    readonly response: WriteReport;
  };
  /** Remove a file, a link or a directory. */
  removeFile: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query: {
        /** An absolute path inside of the guest. */
        readonly path: string;
        /** A directory with all that is in it. Links are never followed. Default: `false`. */
        readonly recursive?: boolean | undefined;
      };
    };
    readonly response: Empty;
  };
  /** Change a file's mode, owner or group. */
  updateFile: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: FileUpdate;
    };
    readonly response: FileInfo;
  };
  /** What is at a path. */
  getFileInfo: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query: {
        /** An absolute path inside of the guest. */
        readonly path: string;
        /** What a link leads to, and not the link. Default: `false`. */
        readonly follow?: boolean | undefined;
      };
    };
    readonly response: FileInfo;
  };
  /** What is in a directory, a line for each; in no order. */
  listFiles: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query: {
        /** An absolute path inside of the guest. */
        readonly path: string;
        /** 1: what is in it; 2: and in its directories; and so on. Default: `1`. From 1 to 64. */
        readonly depth?: number | undefined;
      };
    };
    readonly response: FileInfo;
  };
  /** What changes in a directory, a line for each event, until the caller goes away. */
  watchFiles: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query: {
        /** An absolute path inside of the guest. */
        readonly path: string;
        /** And in all that are in it, new ones too. Default: `false`. */
        readonly recursive?: boolean | undefined;
      };
    };
    readonly response: FileChange;
  };
  /** Make a directory, and those above it. */
  makeDirectory: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: DirectoryRequest;
    };
    readonly response: DirectoryReport;
  };
  /** Move or rename a file or a directory. */
  moveFile: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: MoveRequest;
    };
    readonly response: FileInfo;
  };
  /** A directory with all that is in it, as a tar archive made by the guest. */
  readDirectory: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query: {
        /** An absolute path inside of the guest. */
        readonly path: string;
      };
    };
    readonly response: void;
  };
  /** Unpack a tar archive into a directory. One that is not there appears when it is whole. */
  writeDirectory: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query: {
        /** An absolute path inside of the guest. */
        readonly path: string;
      };
    };
    readonly response: Empty;
  };
  /** Sign a URL by which a file can be read or written for a while. */
  signFileUrl: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: SignRequest;
    };
    readonly response: SignedUrl;
  };
  /** The interpreters of a guest: the one of each language, and the contexts that were created. */
  listContexts: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: readonly ContextInfo[];
  };
  /** Start an interpreter with a state of its own. */
  createContext: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly body: ContextRequest;
    };
    readonly response: ContextInfo;
  };
  /** Start a context anew; its state is lost, and its directory and variables stay. */
  restartContext: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
        /** A context's id; the one that is there for good in each language is called as the language. */
        readonly context: string;
      };
    };
    readonly response: ContextInfo;
  };
  /** Interrupt what runs in a context, which keeps its state. */
  interruptContext: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
        /** A context's id; the one that is there for good in each language is called as the language. */
        readonly context: string;
      };
    };
    readonly response: InterruptReport;
  };
  /** End a context that was created. */
  removeContext: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
        /** A context's id; the one that is there for good in each language is called as the language. */
        readonly context: string;
      };
    };
    readonly response: Empty;
  };
  /** What a machine uses, now and over time. A paused one stays paused. */
  metrics: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
      readonly query?: {
        /** Only samples behind this time, in seconds since 1970. */
        readonly since?: number | undefined;
        /** Ask the guest too, which wakes one that is idle; for 2 s at most. Default: `true`. */
        readonly guest?: boolean | undefined;
      };
    };
    readonly response: SandboxMetrics;
  };
  /** The processes of a guest, whoever started them, with CPU time and memory. */
  listTasks: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: GuestTasks;
  };
  /** TCP ports that programs of the guest listen on. */
  listPorts: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
      };
    };
    readonly response: readonly PortInfo[];
  };
  /** Wait until something listens on a port. It takes no connection to tell. */
  waitForPort: {
    readonly request: {
      readonly params: {
        /** A sandbox's id or name. */
        readonly id: string;
        /** A TCP port of the guest. From 1 to 65535. */
        readonly port: number;
      };
      readonly body: PortWaitRequest;
    };
    readonly response: Empty;
  };
  /** Network namespaces of this daemon, those that wait for a sandbox too. */
  listNetns: { readonly request: Readonly<Record<never, never>>; readonly response: readonly NetnsInfo[] };
  /** Have so many network namespaces ready, until the daemon ends. */
  setUpNetns: {
    readonly request: { readonly body: NetnsSetupRequest };
    readonly response: readonly NetnsInfo[];
  };
  /** List work that is under way, and for ten minutes what has ended. */
  listJobs: {
    readonly request: {
      readonly query?: {
        /** How many at most; all, unless told. From 1 to 1000. */
        readonly limit?: number | undefined;
        /** Only what comes behind the page whose x-next-cursor this is. */
        readonly cursor?: string | undefined;
      };
    };
    readonly response: readonly Job[];
  };
  /** One job. */
  getJob: {
    readonly request: {
      readonly params: {
        /** A job id. */
        readonly id: string;
      };
    };
    readonly response: Job;
  };
  /** Cancel a job, and wait until what it had begun is undone. */
  cancelJob: {
    readonly request: {
      readonly params: {
        /** A job id. */
        readonly id: string;
      };
    };
    readonly response: Job;
  };
  /** What happens, a line of JSON for each event, until the caller leaves. */
  watchEvents: {
    readonly request: {
      readonly query?: {
        /** Begin behind this cursor; without it, now, or with all that is kept if follow is false. */
        readonly after?: string | undefined;
        /** Only these kinds, with commas between: sandbox.died, or sandbox for all of them. */
        readonly types?: string | undefined;
        /** false: only what is kept, and no more. Default: `true`. */
        readonly follow?: boolean | undefined;
      };
    };
    readonly response: EventLine;
  };
  /** List the tokens that open the API by TCP, without their secrets. */
  listTokens: { readonly request: Readonly<Record<never, never>>; readonly response: readonly TokenInfo[] };
  /** Make a token. Its secret is in this answer, and never told again. */
  createToken: { readonly request: { readonly body: TokenRequest }; readonly response: NewToken };
  /** Revoke a token. What its holder has under way ends. */
  revokeToken: {
    readonly request: {
      readonly params: {
        /** A tag or name. */
        readonly name: string;
      };
    };
    readonly response: void;
  };
  /** List the tenants that have a token, a sandbox or a quota, with what they use. */
  listTenants: { readonly request: Readonly<Record<never, never>>; readonly response: readonly TenantInfo[] };
  /** Say how much a tenant may use. What it uses already stays. */
  setTenant: {
    readonly request: {
      readonly params: {
        /** The name of a tenant. */
        readonly name: string;
      };
      readonly body: TenantQuota;
    };
    readonly response: TenantInfo;
  };
  /** List where events are sent, and how that goes. */
  listWebhooks: {
    readonly request: Readonly<Record<never, never>>;
    readonly response: readonly WebhookInfo[];
  };
  /** Have events sent to a URL, signed. The secret is in this answer, and never told again. */
  createWebhook: { readonly request: { readonly body: WebhookRequest }; readonly response: NewWebhook };
  /** Send no more events there. */
  deleteWebhook: {
    readonly request: {
      readonly params: {
        readonly webhook: string;
      };
    };
    readonly response: void;
  };
  /** Who has asked for what, as it was recorded: a line of JSON each, the oldest first. */
  listAudit: {
    readonly request: {
      readonly query?: {
        /** Only those since then. */
        readonly sinceUnixMs?: number | undefined;
        /** Go on with each that is recorded, until the caller leaves; with the last that there is at first, and those since since_unix_ms if that is given. Of a daemon that records nothing it ends at once. Default: `false`. */
        readonly follow?: boolean | undefined;
      };
    };
    readonly response: AuditEntry;
  };
  /** Look whether a line of the audit is missing or was altered. */
  verifyAudit: {
    readonly request: {
      readonly query?: {
        /** The digest of a line that was the last once. */
        readonly contains?: string | undefined;
      };
    };
    readonly response: AuditReport;
  };
}

/** How each operation is sent. */
export const OPERATIONS = {
  health: { method: "GET", path: "/healthz", reply: "json" },
  version: { method: "GET", path: "/version", reply: "json" },
  scrape: { method: "GET", path: "/metrics", reply: "text" },
  capabilities: { method: "GET", path: "/v1/capabilities", reply: "json" },
  doctor: { method: "GET", path: "/v1/doctor", reply: "json" },
  stop: { method: "POST", path: "/v1/stop", reply: "progress" },
  listImages: { method: "GET", path: "/v1/images", reply: "page" },
  buildImage: { method: "POST", path: "/v1/images", reply: "progress", keyed: true },
  deleteImage: { method: "DELETE", path: "/v1/images/:image", reply: "empty" },
  listSnapshots: { method: "GET", path: "/v1/snapshots", reply: "page" },
  getSnapshot: { method: "GET", path: "/v1/snapshots/:tag", reply: "json" },
  createSnapshot: { method: "POST", path: "/v1/snapshots", reply: "progress", keyed: true },
  deleteSnapshot: { method: "DELETE", path: "/v1/snapshots/:tag", reply: "json" },
  snapshotDetail: { method: "GET", path: "/v1/snapshots/:tag/info", reply: "json" },
  compactSnapshot: { method: "POST", path: "/v1/snapshots/:tag/compact", reply: "progress", keyed: true },
  tree: { method: "GET", path: "/v1/tree", reply: "json" },
  collectGarbage: { method: "POST", path: "/v1/gc", reply: "json" },
  packSnapshot: { method: "POST", path: "/v1/snapshots/:tag/pack", reply: "progress", keyed: true },
  pushSnapshot: { method: "POST", path: "/v1/snapshots/:tag/push", reply: "progress", keyed: true },
  pullSnapshot: { method: "POST", path: "/v1/snapshots/pull", reply: "progress", keyed: true },
  listSandboxes: { method: "GET", path: "/v1/sandboxes", reply: "page" },
  createSandboxes: { method: "POST", path: "/v1/sandboxes", reply: "progress", keyed: true },
  getSandbox: { method: "GET", path: "/v1/sandboxes/:id", reply: "json" },
  updateSandbox: { method: "PATCH", path: "/v1/sandboxes/:id", reply: "json" },
  adoptSandbox: { method: "POST", path: "/v1/sandboxes/:id/adopt", reply: "json" },
  pauseSandbox: { method: "POST", path: "/v1/sandboxes/:id/pause", reply: "json" },
  suspendSandbox: { method: "POST", path: "/v1/sandboxes/:id/suspend", reply: "json" },
  resumeSandbox: { method: "POST", path: "/v1/sandboxes/:id/resume", reply: "json" },
  killSandbox: { method: "DELETE", path: "/v1/sandboxes/:id", reply: "empty" },
  killSandboxes: { method: "DELETE", path: "/v1/sandboxes", reply: "json" },
  logs: { method: "GET", path: "/v1/sandboxes/:id/logs", reply: "bytes" },
  branchSandbox: { method: "POST", path: "/v1/sandboxes/:id/branch", reply: "progress", keyed: true },
  forkSandbox: { method: "POST", path: "/v1/sandboxes/:id/fork", reply: "progress", keyed: true },
  createGroup: { method: "POST", path: "/v1/groups", reply: "progress", keyed: true },
  listWorkspaces: { method: "GET", path: "/v1/workspaces", reply: "page" },
  createWorkspace: { method: "POST", path: "/v1/workspaces", reply: "progress", keyed: true },
  getWorkspace: { method: "GET", path: "/v1/workspaces/:name", reply: "json" },
  suspendWorkspace: { method: "POST", path: "/v1/workspaces/:name/suspend", reply: "json" },
  resumeWorkspace: { method: "POST", path: "/v1/workspaces/:name/resume", reply: "json" },
  deleteWorkspace: { method: "DELETE", path: "/v1/workspaces/:name", reply: "empty" },
  ping: { method: "POST", path: "/v1/sandboxes/:id/ping", reply: "json" },
  exec: { method: "POST", path: "/v1/sandboxes/:id/exec", reply: "exec" },
  eval: { method: "POST", path: "/v1/sandboxes/:id/eval", reply: "eval" },
  listProcesses: { method: "GET", path: "/v1/sandboxes/:id/processes", reply: "json" },
  attach: { method: "GET", path: "/v1/sandboxes/:id/processes/:pid/output", reply: "exec" },
  waitForProcess: { method: "GET", path: "/v1/sandboxes/:id/processes/:pid/wait", reply: "json" },
  writeStdin: { method: "POST", path: "/v1/sandboxes/:id/processes/:pid/stdin", reply: "json" },
  signalProcess: { method: "POST", path: "/v1/sandboxes/:id/processes/:pid/signal", reply: "json" },
  resizeTerminal: { method: "POST", path: "/v1/sandboxes/:id/processes/:pid/resize", reply: "json" },
  readFile: { method: "GET", path: "/v1/sandboxes/:id/files", reply: "bytes" },
  writeFile: { method: "PUT", path: "/v1/sandboxes/:id/files", reply: "json" },
  removeFile: { method: "DELETE", path: "/v1/sandboxes/:id/files", reply: "json" },
  updateFile: { method: "PATCH", path: "/v1/sandboxes/:id/files", reply: "json" },
  getFileInfo: { method: "GET", path: "/v1/sandboxes/:id/files/info", reply: "json" },
  listFiles: { method: "GET", path: "/v1/sandboxes/:id/files/list", reply: "lines" },
  watchFiles: { method: "GET", path: "/v1/sandboxes/:id/files/watch", reply: "lines" },
  makeDirectory: { method: "POST", path: "/v1/sandboxes/:id/files/dir", reply: "json" },
  moveFile: { method: "POST", path: "/v1/sandboxes/:id/files/move", reply: "json" },
  readDirectory: { method: "GET", path: "/v1/sandboxes/:id/files/tar", reply: "bytes" },
  writeDirectory: { method: "PUT", path: "/v1/sandboxes/:id/files/tar", reply: "json" },
  signFileUrl: { method: "POST", path: "/v1/sandboxes/:id/files/url", reply: "json" },
  listContexts: { method: "GET", path: "/v1/sandboxes/:id/contexts", reply: "json" },
  createContext: { method: "POST", path: "/v1/sandboxes/:id/contexts", reply: "json", keyed: true },
  restartContext: { method: "POST", path: "/v1/sandboxes/:id/contexts/:context/restart", reply: "json" },
  interruptContext: { method: "POST", path: "/v1/sandboxes/:id/contexts/:context/interrupt", reply: "json" },
  removeContext: { method: "DELETE", path: "/v1/sandboxes/:id/contexts/:context", reply: "json" },
  metrics: { method: "GET", path: "/v1/sandboxes/:id/metrics", reply: "json" },
  listTasks: { method: "GET", path: "/v1/sandboxes/:id/top", reply: "json" },
  listPorts: { method: "GET", path: "/v1/sandboxes/:id/ports", reply: "json" },
  waitForPort: { method: "POST", path: "/v1/sandboxes/:id/ports/:port/wait", reply: "json" },
  listNetns: { method: "GET", path: "/v1/netns", reply: "json" },
  setUpNetns: { method: "PUT", path: "/v1/netns", reply: "json" },
  listJobs: { method: "GET", path: "/v1/jobs", reply: "page" },
  getJob: { method: "GET", path: "/v1/jobs/:id", reply: "json" },
  cancelJob: { method: "DELETE", path: "/v1/jobs/:id", reply: "json" },
  watchEvents: { method: "GET", path: "/v1/events", reply: "lines" },
  listTokens: { method: "GET", path: "/v1/tokens", reply: "json" },
  createToken: { method: "POST", path: "/v1/tokens", reply: "json" },
  revokeToken: { method: "DELETE", path: "/v1/tokens/:name", reply: "empty" },
  listTenants: { method: "GET", path: "/v1/tenants", reply: "json" },
  setTenant: { method: "PUT", path: "/v1/tenants/:name", reply: "json" },
  listWebhooks: { method: "GET", path: "/v1/webhooks", reply: "json" },
  createWebhook: { method: "POST", path: "/v1/webhooks", reply: "json" },
  deleteWebhook: { method: "DELETE", path: "/v1/webhooks/:webhook", reply: "empty" },
  listAudit: { method: "GET", path: "/v1/audit", reply: "lines" },
  verifyAudit: { method: "GET", path: "/v1/audit/verify", reply: "json" },
} as const;

/** Properties whose insides are data: their keys are never mapped. */
export const OPAQUE_NAMES: readonly string[] = [
  "args",
  "chart",
  "data",
  "details",
  "env",
  "extra",
  "json",
  "labels",
  "metadata",
  "option_notes",
  "result",
];
