/**
 * What the card can do must be the same whatever it is connected to, since device state depends on it. So it leaves out
 * what a backend may lack (checksums and segmentation go with a header on each frame, which none of ours has), and the
 * control queue, whose every command an emulated guest waits for: the guest has the address that it gives itself, and
 * takes whatever its backend sends.
 */
const CARD = {
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

/** QEMU's arguments for the network card. Without a backend it drops what the guest sends. */
export function cardArgv(): string[] {
  return ["-device", JSON.stringify(CARD)];
}

function allOff(groups: readonly (readonly string[])[]): Record<string, boolean> {
  return Object.fromEntries(groups.flat().map((name) => [name, false]));
}
