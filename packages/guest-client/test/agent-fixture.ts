import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { provideAgentBuild } from "../../../tests/harness/tested-agent.ts";
import { listDescendants } from "./descendants.ts";

/** The agent, running as a program of this host. Disposal ends it and all that it started. */
export interface AgentFixture extends AsyncDisposable {
  readonly pid: number;
  /** A scratch directory that goes with the agent. */
  readonly directory: string;
  /** Where the agent puts what belongs into a guest's `/etc` and `/run`. */
  readonly root: string;
  /** What stands for a guest's console. */
  readonly consolePath: string;
  dial(): Promise<Socket>;
}

/** Starts the agent in its host mode, on a unix socket of its own. */
export async function startAgent(): Promise<AgentFixture> {
  const build = await provideAgentBuild();
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "forkd-agent-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const socketPath = join(directory, "agent.sock");
  const root = join(directory, "root");
  await mkdir(root);
  const consolePath = join(directory, "console");
  await writeFile(consolePath, "");
  const args = ["--socket", socketPath, "--interpreters", build, "--root", root, "--console", consolePath];
  const agent = spawn(join(build, "forkd-agent"), args, { stdio: ["ignore", "inherit", "inherit"] });
  stack.defer(() => end(agent));
  await waitForFile(directory, socketPath, agent);
  const cleanUp = stack.move();
  return {
    pid: agent.pid ?? 0,
    directory,
    root,
    consolePath,
    dial: () => dial(socketPath),
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

/** The socket is there a moment before the agent listens at it. */
async function dial(path: string, tries = 100): Promise<Socket> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return socket;
  } catch (error) {
    if (tries === 0) throw error;
    await sleep(20);
    return await dial(path, tries - 1);
  }
}

async function waitForFile(directory: string, path: string, agent: ChildProcess): Promise<void> {
  const controller = new AbortController();
  const watcher = watch(directory, { signal: controller.signal });
  const exited = once(agent, "exit").then(([code]) =>
    Promise.reject(new Error(`forkd-agent ended with ${code}`)),
  );
  try {
    const seen = once(watcher, "change");
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (!exists) await Promise.race([seen, exited]);
  } finally {
    exited.catch(() => undefined);
    controller.abort();
  }
}

/** An interpreter that hangs does not hear that its agent has gone. */
async function end(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const started = listDescendants(agent.pid ?? Number.NaN);
  agent.kill("SIGTERM");
  const timer = setTimeout(() => agent.kill("SIGKILL"), 3000);
  await once(agent, "exit");
  clearTimeout(timer);
  for (const pid of started) killIfThere(pid);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
