import type { Refusal } from "./refusal.ts";

const OF_MEMORY = {
  values: "false",
  why: "what is kept of a sandbox is its memory too",
  instead: "leave it away",
};
const OF_TAGS = {
  values: "a tag other than `default`",
  why: "a template is the tag of a snapshot, and has no tags",
  instead: "name the snapshot's tag alone",
};

/** What the control plane could be asked for, beside calls that are refused as such. */
export const CONTROL_REFUSALS = {
  mcp: {
    option: "mcp",
    sdk: "Sandbox.create",
    why: "there is no gateway to MCP servers in guests",
    instead: "start the server with commands.run",
  },
  iam: {
    option: "iam",
    sdk: "Sandbox.create",
    why: "there are no identities for workloads",
    instead: "pass what the program needs as envs",
  },
  volumeMounts: {
    option: "volumeMounts",
    sdk: "Sandbox.create",
    why: "there are no volumes",
    instead: "put the files in the template, or write them with files.write",
  },
  templateID: { option: "templateID", sdk: "Sandbox.create", ...OF_TAGS },
  name: { option: "name", sdk: "sandbox.createSnapshot", ...OF_TAGS },
  autoPauseMemory: {
    option: "autoPauseMemory",
    sdk: "Sandbox.create: lifecycle.onTimeout.keepMemory",
    ...OF_MEMORY,
  },
  memory: {
    option: "memory",
    sdk: "sandbox.pause: keepMemory; Sandbox.connect: onResume; sandbox.createSnapshot",
    ...OF_MEMORY,
  },
} as const satisfies Record<string, Refusal>;
