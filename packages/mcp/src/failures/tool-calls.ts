import type { HintAction } from "@forkd/sdk";

/** The tool that does what an operation of a hint does, and what its arguments are called there. */
interface ToolCall {
  readonly tool: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** By the operation that a hint names. What no tool does is said in the words of the command line. */
export const TOOL_CALLS: Readonly<Record<string, ToolCall>> = {
  listSandboxes: { tool: "list_sandboxes" },
  createSandboxes: { tool: "spawn_sandboxes" },
  forkSandbox: { tool: "fork_sandbox" },
  branchSandbox: { tool: "branch_sandbox", fields: { id: "sandbox_id" } },
  resumeSandbox: { tool: "resume_sandbox" },
  killSandbox: { tool: "kill_sandbox" },
  logs: { tool: "get_logs" },
  listPorts: { tool: "list_ports" },
  waitForPort: { tool: "wait_for_port" },
  exec: { tool: "exec_command" },
  createSnapshot: { tool: "create_snapshot" },
  deleteSnapshot: { tool: "delete_snapshot" },
  listImages: { tool: "list_images" },
  buildImage: { tool: "build_image" },
};

/** A call of a tool, for a model; undefined where no tool does it. An argument that is null is for the reader to choose. */
export function renderCall({ operation, args }: HintAction): string | undefined {
  if (!Object.hasOwn(TOOL_CALLS, operation)) return undefined;
  const { tool, fields = {} } = TOOL_CALLS[operation]!;
  const known = Object.entries(args).filter(([, value]) => value !== null);
  if (known.length === 0) return tool;
  const named = Object.fromEntries(known.map(([name, value]) => [fields[name] ?? name, value]));
  return `${tool} with ${JSON.stringify(named)}`;
}
