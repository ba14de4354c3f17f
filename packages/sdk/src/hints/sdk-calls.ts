import type { HintAction, HintArguments } from "../api.gen.ts";
import { writeObject, writeValue } from "./typescript.ts";

/** Writes the call of one operation, of a client that is named `forkd`. */
type Call = (args: HintAction["args"]) => string;

/** A method of the client: what it takes by place, and which fields of its options it must be told. */
const ofClient =
  (method: string, takes: readonly string[] = [], needs: readonly string[] = []): Call =>
  (args) =>
    `forkd.${method}(${listArguments(args, takes, needs)})`;

/** A method of one sandbox. */
const ofSandbox =
  (method: string, takes: readonly string[] = []): Call =>
  ({ id = null, ...args }) =>
    `forkd.sandboxes.at(${writeValue("id", id)}).${method}(${listArguments(args, takes)})`;

function listArguments(
  args: HintAction["args"],
  takes: readonly string[],
  needs: readonly string[] = [],
): string {
  const byName = Object.fromEntries(needs.map((name) => [name, null]));
  const options = Object.entries({ ...byName, ...args }).filter(([name]) => !takes.includes(name));
  const byPlace = takes.map((name) => writeValue(name, args[name] ?? null));
  return [...byPlace, ...(options.length === 0 ? [] : [writeObject(options)])].join(", ");
}

/** The method for every operation that a hint can name. */
export const SDK_CALLS: { readonly [Operation in keyof HintArguments]: Call } = {
  listWorkspaces: ofClient("workspaces.list"),
  listTokens: ofClient("tokens.list"),
  createToken: ofClient("tokens.create", [], ["name"]),
  listWebhooks: ofClient("webhooks.list"),
  deleteWebhook: ofClient("webhooks.remove", ["webhook"]),
  revokeToken: ofClient("tokens.revoke", ["name"]),
  listSandboxes: ofClient("sandboxes.list"),
  createSandboxes: ofClient("sandboxes.fork", ["snapshot_tag"]),
  forkSandbox: ofSandbox("fork"),
  branchSandbox: ofSandbox("branch"),
  adoptSandbox: ofClient("sandboxes.adopt", ["id"]),
  resumeSandbox: ofSandbox("resume"),
  killSandbox: ofClient("sandboxes.kill", ["id"]),
  killSandboxes: ofClient("sandboxes.killAll"),
  logs: ofSandbox("logs"),
  listContexts: ofSandbox("contexts.list"),
  removeContext: ofSandbox("contexts.remove", ["context"]),
  listPorts: ofSandbox("ports.list"),
  waitForPort: ofSandbox("waitForPort", ["port"]),
  exec: ofSandbox("exec", ["args"]),
  createSnapshot: ofClient("snapshots.create", [], ["tag", "image"]),
  deleteSnapshot: ofClient("snapshots.remove", ["tag"]),
  compactSnapshot: ofClient("snapshots.compact", ["tag", "to"]),
  packSnapshot: ofClient("snapshots.pack", ["tag"], ["output"]),
  pullSnapshot: ofClient("snapshots.pull", [], ["source"]),
  listImages: ofClient("images.list"),
  buildImage: ofClient("images.build", [], ["name", "recipe"]),
  deleteImage: ofClient("images.remove", ["image"]),
  listJobs: ofClient("jobs.list"),
  watchEvents: ofClient("jobs.watch"),
  doctor: ofClient("doctor"),
  stop: ofClient("stop"),
  version: ofClient("version"),
};
