import { expect, test } from "vitest";
import { STANDARD_DEVICES } from "../ports/devices.ts";
import { requireDevices } from "./known-devices.ts";

const KINDS = ["root-disk", "console", "agent-port", "entropy", "network-card"] as const;

test("gives the devices of a manifest in their order", () => {
  expect(requireDevices("t", STANDARD_DEVICES, KINDS)).toEqual(STANDARD_DEVICES);
  expect(requireDevices("t", STANDARD_DEVICES.toReversed(), KINDS)).toEqual(STANDARD_DEVICES.toReversed());
});

test.each([
  ["another version's card", { kind: "sound-card", voices: 2 }, "sound-card with voices"],
  ["a kind of Object's own", { kind: "constructor" }, "constructor"],
  ["an attribute", { kind: "entropy", bytesPerSecond: 1 }, "entropy with bytesPerSecond"],
  ["a second one", { kind: "entropy" }, "a second entropy"],
])("refuses %s, and says which", (_case, device, named) => {
  expect(() => requireDevices("t", [...STANDARD_DEVICES, device], KINDS)).toThrow(
    expect.objectContaining({
      code: "snapshot_incompatible",
      message:
        `snapshot t cannot be restored here: its device is ${named}, ` +
        "and this host has root-disk, console, agent-port, entropy, network-card",
    }),
  );
});

test("refuses what this engine has not", () => {
  expect(() => requireDevices("t", STANDARD_DEVICES, ["root-disk", "agent-port"])).toThrow(
    /its device is console/,
  );
});
