import { expect, test } from "vitest";
import { checkCompatible } from "./compatibility.ts";

const identity = {
  engine: "qemu",
  version: "7.2.22",
  accelerator: "tcg",
  machine: "microvm",
  cpuModel: "qemu64",
  clockKhz: 2_596_100,
} as const;

test("accepts the host that made the snapshot, whose clock was measured again", () => {
  expect(() => checkCompatible("t", identity, { ...identity, clockKhz: 2_596_300 })).not.toThrow();
});

test.each([
  ["version", { version: "8.0.0" }],
  ["accelerator", { accelerator: "kvm" as const }],
  ["machine", { machine: "q35" }],
  ["cpuModel", { cpuModel: "max" }],
  ["clockKhz", { clockKhz: 2_900_000 }],
])("refuses another %s, and says which", (field, other) => {
  expect(() => checkCompatible("t", identity, { ...identity, ...other })).toThrow(
    expect.objectContaining({
      code: "snapshot_incompatible",
      details: expect.objectContaining({ field }) as unknown,
    }),
  );
});
