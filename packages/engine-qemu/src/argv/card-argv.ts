import { ForkdError } from "@forkd/contract";
import type { CardBackend, DeviceKind } from "@forkd/core";
import { CARD_FD } from "./descriptors.ts";
import type { MachineShape } from "./machine-shape.ts";

const CARD: DeviceKind = "network-card";
const BACKEND_ID = "wire";

/**
 * What the card can do must be the same whatever it is connected to, since device state depends on it. So it leaves out
 * what a backend may lack (checksums and segmentation go with a header on each frame, which none of ours has), and the
 * control queue, whose every command an emulated guest waits for: the guest has the address that it gives itself, and
 * takes whatever its backend sends.
 */
const OPTIONS = {
  driver: "virtio-net-device",
  id: "card",
  mac: "52:54:00:12:34:56",
  ...allOff([
    ["csum", "gso", "guest_csum", "guest_tso4", "guest_tso6", "guest_ecn", "guest_ufo"],
    ["host_tso4", "host_tso6", "host_ecn", "host_ufo"],
    [
      "ctrl_vq",
      "ctrl_rx",
      "ctrl_rx_extra",
      "ctrl_vlan",
      "ctrl_mac_addr",
      "ctrl_guest_offloads",
      "guest_announce",
    ],
  ]),
};

/** QEMU's names for what it is given as a descriptor. A tap by that tells by itself that its frames have no header. */
const NETDEVS: Readonly<Record<CardBackend["kind"], string | undefined>> = {
  none: undefined,
  tap: `tap,id=${BACKEND_ID},fd=${CARD_FD}`,
  stream: `socket,id=${BACKEND_ID},fd=${CARD_FD}`,
};

/** QEMU's arguments for the network card. Without a backend it drops what the guest sends. */
export function cardArgv(kind: CardBackend["kind"]): string[] {
  const netdev = NETDEVS[kind];
  if (netdev === undefined) return ["-device", JSON.stringify(OPTIONS)];
  return ["-netdev", netdev, "-device", JSON.stringify({ ...OPTIONS, netdev: BACKEND_ID })];
}

/** Throws `snapshot_without_card` for a machine that is to be connected to something, and cannot. */
export function requireCard({ name, devices, card }: MachineShape): void {
  if ((card?.kind ?? "none") === "none" || devices.some(({ kind }) => kind === CARD)) return;
  throw new ForkdError("snapshot_without_card", { tag: name });
}

function allOff(groups: readonly (readonly string[])[]): Record<string, boolean> {
  return Object.fromEntries(groups.flat().map((name) => [name, false]));
}
