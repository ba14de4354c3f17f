import { REFUSED_INNER_CALLS } from "./envd/refused-routes.ts";

/** A call to what E2B has in every guest. */
export interface InnerCall {
  readonly call: string;
  /** What E2B's TypeScript client calls it. */
  readonly sdk: string;
  /** Why it is refused, where it is. */
  readonly refused?: string;
}

/** The calls to the agent, on port 49983, and to the code interpreter, on port 49999. */
export const INNER_CALLS: readonly InnerCall[] = [
  { call: "GET /health", sdk: "sandbox.isRunning" },
  { call: "GET /metrics", sdk: "(what is used in it)" },
  { call: "GET /envs", sdk: "(its environment)" },
  ...REFUSED_INNER_CALLS,
  { call: "GET /files", sdk: "files.read, downloadUrl" },
  { call: "POST /files", sdk: "files.write, uploadUrl" },
  { call: "process.Process/Start", sdk: "commands.run, pty.create" },
  { call: "process.Process/Connect", sdk: "commands.connect, pty.connect" },
  { call: "process.Process/List", sdk: "commands.list" },
  { call: "process.Process/SendInput", sdk: "commands.sendStdin, pty.sendInput" },
  { call: "process.Process/StreamInput", sdk: "(input as a stream)" },
  { call: "process.Process/CloseStdin", sdk: "commands.closeStdin" },
  { call: "process.Process/SendSignal", sdk: "commands.kill, pty.kill" },
  { call: "process.Process/Update", sdk: "pty.resize" },
  { call: "filesystem.Filesystem/Stat", sdk: "files.exists, files.getInfo" },
  { call: "filesystem.Filesystem/MakeDir", sdk: "files.makeDir" },
  { call: "filesystem.Filesystem/Move", sdk: "files.rename" },
  { call: "filesystem.Filesystem/ListDir", sdk: "files.list" },
  { call: "filesystem.Filesystem/Remove", sdk: "files.remove" },
  { call: "filesystem.Filesystem/WatchDir", sdk: "files.watchDir" },
  { call: "filesystem.Filesystem/CreateWatcher", sdk: "files.watch_dir (Python)" },
  { call: "filesystem.Filesystem/GetWatcherEvents", sdk: "get_new_events (Python)" },
  { call: "filesystem.Filesystem/RemoveWatcher", sdk: "stop (Python)" },
  { call: "POST /execute", sdk: "runCode" },
  { call: "GET /contexts", sdk: "listCodeContexts" },
  { call: "POST /contexts", sdk: "createCodeContext" },
  { call: "POST /contexts/{id}/restart", sdk: "restartCodeContext" },
  { call: "DELETE /contexts/{id}", sdk: "removeCodeContext" },
];
