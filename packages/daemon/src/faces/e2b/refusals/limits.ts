/** How much of something is served. */
export interface Limit {
  /** What E2B's TypeScript client calls what is limited. */
  readonly sdk: string;
  /** What is served. */
  readonly served: string;
  /** What the answer to more says; undefined where it has no words. */
  readonly told?: string;
}

export const LIMITS = {
  labels: {
    sdk: "Sandbox.create: metadata",
    served: "32 keys of 63 letters, digits and `. _ / -`; values of 255 characters, no control characters",
    told: "must be at most 32 labels",
  },
  "keys of labels": {
    sdk: "Sandbox.create: metadata",
    served: "keys begin with a letter or digit",
    told: "begin with a letter or digit",
  },
  "names of variables": {
    sdk: "Sandbox.create, commands.run: envs",
    served: "names of letters, digits and `_`; values of 32,768 characters; 64 KiB in all",
    told: "is not a name of an environment variable",
  },
  children: { sdk: "Sandbox.fork: count", served: "100 at once", told: "count" },
  life: { sdk: "timeoutMs of a sandbox", served: "ten years", told: "timeout" },
  destinations: { sdk: "network.allowOut, network.denyOut", served: "256 entries", told: "allowOut" },
  "files of a form": {
    sdk: "files.write, uploadUrl",
    served: "1000 files in one form",
    told: "has more than 1000 parts",
  },
  "one file twice": {
    sdk: "files.write, uploadUrl",
    served: "each path once in a form",
    told: "is the same of two files",
  },
  "kinds of bodies": {
    sdk: "uploadUrl",
    served: "`multipart/form-data` and `application/octet-stream`",
    told: "is neither multipart/form-data nor application/octet-stream",
  },
  "codings of bodies": { sdk: "uploadUrl", served: "gzip, or none", told: "is not gzip" },
  "metadata of files": {
    sdk: "files.write: metadata",
    served: "4096 bytes in all, with 9 for each key; not on file systems without extended attributes",
    told: "must be at most 4096 bytes in all",
  },
  depth: { sdk: "files.list: depth", served: "64 directories deep", told: "from 1 to 64" },
  listing: {
    sdk: "files.list",
    served: "32 MiB of paths, and 256 bytes for each file beside its path",
    told: "that are told at once: list it with less depth",
  },
  watchers: {
    sdk: "files.watch_dir (Python)",
    served: "32 of a sandbox",
    told: "has 32 watchers already",
  },
  "time-out": { sdk: "commands.run: timeoutMs", served: "a day; `0` is none", told: "timeout" },
  input: { sdk: "commands.sendStdin, pty.sendInput", served: "16 MiB in a message", told: "16777216" },
  signals: {
    sdk: "(SendSignal)",
    served: "`SIGTERM` and `SIGKILL`",
    told: "there is no signal",
  },
  protocols: { sdk: "(other clients)", served: "Connect, and neither gRPC nor gRPC-web" },
  code: { sdk: "runCode", served: "1,048,576 characters", told: "code" },
  "language of a context": {
    sdk: "runCode: language and context",
    served: "one of the two",
    told: "must not be given together with context_id",
  },
  "directory of a context": {
    sdk: "createCodeContext: cwd",
    served: "an absolute path",
    told: "must be an absolute path",
  },
  contexts: {
    sdk: "createCodeContext",
    served: "16 of a sandbox",
    told: "the guest starts no other context",
  },
} as const satisfies Record<string, Limit>;
