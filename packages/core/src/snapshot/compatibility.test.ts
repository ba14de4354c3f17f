import { expect, test } from "vitest";
import { STANDARD_DEVICES } from "../ports/devices.ts";
import type { EngineIdentity } from "../ports/engine.ts";
import { checkCompatible } from "./compatibility.ts";

const identity = {
  engine: "qemu",
  version: "7.2.22",
  accelerator: "tcg",
  machine: "microvm",
  cpuModel: "qemu64",
  clockKhz: 2_596_100,
} as const;
const devices = STANDARD_DEVICES;
const deviceKinds = STANDARD_DEVICES.map(({ kind }) => kind);

function check(host: Partial<EngineIdentity>): void {
  checkCompatible("t", { engine: identity, devices }, { engine: { ...identity, ...host }, deviceKinds });
}

test("accepts the host that made the snapshot, whose clock was measured again", () => {
  expect(() => check({ clockKhz: 2_596_300 })).not.toThrow();
});

test.each([
  ["version", { version: "8.0.0" }],
  ["accelerator", { accelerator: "kvm" as const }],
  ["machine", { machine: "q35" }],
  ["cpuModel", { cpuModel: "max" }],
  ["clockKhz", { clockKhz: 2_900_000 }],
])("refuses another %s, and says which", (field, other) => {
  expect(() => check(other)).toThrow(
    expect.objectContaining({
      code: "snapshot_incompatible",
      details: expect.objectContaining({ field }) as unknown,
    }),
  );
});

test("refuses a device that this host's engine does not know", () => {
  const made = { engine: identity, devices: [...devices, { kind: "sound-card" }] };
  expect(() => checkCompatible("t", made, { engine: identity, deviceKinds })).toThrow(
    /its device is sound-card/,
  );
});
