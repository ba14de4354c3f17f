import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { runOnEmulatedHost } from "./emulated-test-host.ts";
import type { EmulatedHostPorts } from "./emulated-test-host.ts";
import type { HostImage } from "./host-image.ts";
import { findFreePort } from "../harness/free-port.ts";

const MEMORY_MIB = 6144;
const FIRST_PORT = 7000;
const DAEMONS = 4;
const BOOT_TIMEOUT_MS = 120_000;
const PROBE_TIMEOUT_MS = 5_000;
const CLOCK_TIMEOUT_MS = 20_000;
/** How far its clock may part from ours. One that leapt had gone 20 minutes ahead. */
const MOST_GAIN_S = 10;

export interface EmulatedHostParts {
  readonly image: HostImage;
  /** What is mounted at `/srv`. */
  readonly diskPath: string;
  readonly consolePath: string;
}

/** A running host: a Debian on an emulated AMD processor with nested paging, which has a KVM that works. */
export interface EmulatedHost extends AsyncDisposable {
  readonly ports: EmulatedHostPorts;
  /** What shows that its emulator has broken down, and not what runs on it. */
  findBreakdown(): string | undefined;
}

/** Boots the host and waits until commands can be run on it. Neither disk is written to. */
export async function bootEmulatedHost(parts: EmulatedHostParts): Promise<EmulatedHost> {
  const [control = 0, ...daemons] = await Promise.all(Array.from({ length: DAEMONS + 1 }, findFreePort));
  const ports = { control, daemons };
  await using stack = new AsyncDisposableStack();
  const child = startQemu(parts, [control, ...daemons]);
  stack.defer(() => endChild(child));
  const deadline = Date.now() + BOOT_TIMEOUT_MS;
  while (!answers(control)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`the emulated host did not boot; its console: ${parts.consolePath}`);
    }
    await delay(500);
  }
  const resources = stack.move();
  const clock = watchClock(control);
  return {
    ports,
    findBreakdown: () => findBreakdown(clock),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Gives by how many seconds its clock has gone more than ours since. */
function watchClock(port: number): () => number {
  const script = "cut -d' ' -f1 /proc/uptime";
  const compare = () => Number(runOnEmulatedHost(port, script, CLOCK_TIMEOUT_MS)) - Date.now() / 1000;
  const first = compare();
  return () => compare() - first;
}

function findBreakdown(readGainS: () => number): string | undefined {
  try {
    const gainS = readGainS();
    return Math.abs(gainS) > MOST_GAIN_S ? `its clock leapt by ${gainS.toFixed(0)} s` : undefined;
  } catch {
    return "it does not answer any more";
  }
}

function answers(port: number): boolean {
  try {
    return runOnEmulatedHost(port, "echo up", PROBE_TIMEOUT_MS) === "up";
  } catch {
    return false;
  }
}

/** It ends with the process that started it, however that ends. */
function startQemu(
  { image, diskPath, consolePath }: EmulatedHostParts,
  ports: readonly number[],
): ChildProcess {
  const forwards = ports.map(
    (port, index) => `hostfwd=tcp:127.0.0.1:${port}-10.0.2.15:${FIRST_PORT + index}`,
  );
  const drive = (path: string) => `file=${path.replaceAll(",", ",,")},format=raw,if=virtio,snapshot=on`;
  const log = openSync(consolePath, "w", 0o600);
  const argv = [
    ["--pdeathsig", "KILL", "qemu-system-x86_64", "-M", "q35,hpet=off"],
    ["-cpu", "EPYC,+svm,+npt", "-accel", "tcg,thread=multi,tb-size=1024"],
    ["-smp", "1", "-m", `${MEMORY_MIB}M`],
    ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio"],
    ["-kernel", image.kernelPath, "-initrd", image.initramfsPath],
    ["-append", "console=ttyS0 root=/dev/vda rw init=/init quiet mitigations=off tsc=reliable nowatchdog"],
    ["-drive", drive(image.rootPath), "-drive", drive(diskPath)],
    [
      "-netdev",
      ["user", "id=net", "restrict=on", ...forwards].join(","),
      "-device",
      "virtio-net-pci,netdev=net",
    ],
    ["-device", "virtio-rng-pci"],
  ].flat();
  const child = spawn("setpriv", argv, { stdio: ["ignore", log, log] });
  closeSync(log);
  return child;
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
