import { ForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { requireProgram } from "../process/find-program.ts";
import { runCommand } from "../process/run-command.ts";

const TIMEOUT_MS = 20_000;
/** Its owner is its root as it stands; the host's root must become that. */
const AS_ITS_ROOT = process.getuid?.() === 0 ? ["--setuid=0", "--setgid=0"] : ["--preserve-credentials"];

/**
 * Runs lines of ip(8), here or in a network namespace, up to the first that fails. Throws `network_failed`,
 * `requirement_missing`, `cancelled`.
 */
export async function runIp(
  lines: readonly string[],
  options: CallOptions,
  namespace?: string,
): Promise<void> {
  const ip = await requireProgram("ip", "iproute2");
  await run([ip, ...inNamespace(namespace), "-batch", "-"], lines.join("\n"), options);
}

/** Runs lines of ip(8) whatever fails of them. Throws `requirement_missing`, `cancelled`. */
export async function tryIp(
  lines: readonly string[],
  { signal }: CallOptions,
  namespace?: string,
): Promise<void> {
  const ip = await requireProgram("ip", "iproute2");
  const args = [...inNamespace(namespace), "-force", "-batch", "-"];
  await runCommand(ip, args, { signal, input: lines.join("\n"), timeoutMs: TIMEOUT_MS });
}

/** Loads rules of nftables, all or none. Throws as {@link runIp} does. */
export async function loadRules(rules: string, options: CallOptions, namespace?: string): Promise<void> {
  const nft = await requireProgram("nft", "nftables");
  await run([...enter(namespace), nft, "-f", "-"], rules, options);
}

/** Loads rules in the network namespace of a process, which a user namespace of its own has. Throws as {@link runIp} does. */
export async function loadRulesAt(pid: number, rules: string, options: CallOptions): Promise<void> {
  const nft = await requireProgram("nft", "nftables");
  await run(["nsenter", "-t", `${pid}`, "--user", "--net", ...AS_ITS_ROOT, nft, "-f", "-"], rules, options);
}

/** What has a program run there that may do nothing but use it, under the user that this process has. */
export function enterNetworkOf(pid: number): string[] {
  const isRoot = process.getuid?.() === 0;
  // What root ran in that user namespace would be at its owner's mercy.
  return ["nsenter", "-t", `${pid}`, "--net", ...(isRoot ? [] : ["--user", "--preserve-credentials"])];
}

/** Runs a script of a shell in a network namespace. Throws as {@link runIp} does. */
export async function runInNamespace(name: string, script: string, options: CallOptions): Promise<void> {
  await run([...enter(name), "sh", "-s"], script, options);
}

/** The file that names a network namespace. */
export function namespacePath(name: string): string {
  return `/run/netns/${name}`;
}

/** What has a program run in a network namespace. */
export function enterNamespace(name: string): string[] {
  return ["nsenter", `--net=${namespacePath(name)}`];
}

function inNamespace(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ["-n", namespace];
}

function enter(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : enterNamespace(namespace);
}

async function run([file = "", ...args]: string[], input: string, { signal }: CallOptions): Promise<void> {
  const result = await runCommand(file, args, { signal, input, timeoutMs: TIMEOUT_MS });
  if (result.ok) return;
  const command = [file, ...args].join(" ");
  throw new ForkdError("network_failed", { command, why: [result.ended, ...result.tail].join(": ") });
}
