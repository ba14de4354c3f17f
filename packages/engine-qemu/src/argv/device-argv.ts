import { requireDevices } from "@forkd/core";
import type { DeviceKind } from "@forkd/core";
import { blockNodeArgv } from "./block-nodes.ts";
import { cardArgv, requireCard } from "./card-argv.ts";
import { AGENT_LISTENER_FD, CONSOLE_FD, descriptorPath } from "./descriptors.ts";
import type { MachineShape } from "./machine-shape.ts";

/** The name that the guest finds its port by, in `/sys/class/virtio-ports/<port>/name`. */
const AGENT_PORT = "forkd.agent";

const ARGV_OF: Readonly<Record<DeviceKind, (spec: MachineShape) => string[]>> = {
  "root-disk": ({ disk }) => blockNodeArgv(disk),
  console: consoleArgv,
  "agent-port": agentArgv,
  entropy: () => ["-object", "rng-builtin,id=entropy", "-device", "virtio-rng-device,rng=entropy"],
  "network-card": ({ card }) => cardArgv(card?.kind ?? "none"),
};

/** The devices that QEMU can give a machine. */
export const DEVICE_KINDS = Object.keys(ARGV_OF) as DeviceKind[];

/**
 * QEMU's arguments for the devices of a machine, in their order. Throws `snapshot_incompatible` for an unknown one,
 * `snapshot_without_card` where a network is wanted without one.
 */
export function deviceArgv(spec: MachineShape): string[] {
  const devices = requireDevices(spec.name, spec.devices, DEVICE_KINDS);
  requireCard(spec);
  return devices.flatMap(({ kind }) => ARGV_OF[kind](spec));
}

/** `append=on`, so that the file can be cut while QEMU writes to it. */
function consoleArgv(): string[] {
  return [
    "-chardev",
    `file,id=console,path=${descriptorPath(CONSOLE_FD)},append=on`,
    "-serial",
    "chardev:console",
  ];
}

function agentArgv(): string[] {
  return [
    ["-chardev", `socket,id=agent,fd=${AGENT_LISTENER_FD},server=on,wait=off`],
    ["-device", "virtio-serial-device,max_ports=2"],
    ["-device", `virtserialport,chardev=agent,name=${AGENT_PORT}`],
  ].flat();
}
