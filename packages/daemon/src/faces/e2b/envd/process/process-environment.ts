import { setTimeout as delay } from "node:timers/promises";
import { isForkdError } from "@forkd/contract";
import type { CallOptions, GuestAgent, GuestProcess } from "@forkd/core";

/** Where a process has its tag, so that its children have it too when its machine is forked. */
const TAG = "FORKD_PROCESS_TAG";
/** A guest could go on for ever. */
const LIMIT_BYTES = 128 * 1024;

/** In the middle of its exec, which a slow disk makes long, a process has none yet. */
const EXEC_MS = 1000;
const WAIT_MS = 20;

export interface ProcessEnvironment {
  readonly envs: Readonly<Record<string, string>>;
  readonly tag: string | undefined;
}

export function tagged(
  envs: Readonly<Record<string, string>>,
  tag: string | undefined,
): Record<string, string> {
  return tag === undefined ? { ...envs } : { ...envs, [TAG]: tag };
}

/** What a process was started with; of one that has ended, nothing. */
export async function readEnvironment(
  agent: GuestAgent,
  { pid, startedAtUnixMs = 0 }: Pick<GuestProcess, "pid" | "startedAtUnixMs">,
  options: CallOptions,
): Promise<ProcessEnvironment> {
  const isYoung = (): boolean => Date.now() - startedAtUnixMs < EXEC_MS;
  const read = (): Promise<string> => readStart(agent, `/proc/${pid}/environ`, options);
  try {
    let text = await read();
    while (text === "" && isYoung()) {
      await delay(WAIT_MS, undefined, options);
      text = await read();
    }
    return parseEnvironment(text);
  } catch (error) {
    if (isForkdError(error) && error.code === "guest_file_not_found") return { envs: {}, tag: undefined };
    throw error;
  }
}

async function readStart(agent: GuestAgent, path: string, options: CallOptions): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await agent.files.read({ path }, options)) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes >= LIMIT_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}

/** `NAME=VALUE`, with NUL between them. */
export function parseEnvironment(text: string): ProcessEnvironment {
  const pairs = text.split("\0").flatMap((line): [string, string][] => {
    const end = line.indexOf("=");
    return end > 0 ? [[line.slice(0, end), line.slice(end + 1)]] : [];
  });
  const { [TAG]: tag, ...envs } = Object.fromEntries(pairs);
  return { envs, tag };
}
