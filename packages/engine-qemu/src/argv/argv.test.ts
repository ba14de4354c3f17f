import { STANDARD_DEVICES, UNRECORDED_DEVICES } from "@forkd/core";
import type { BootSpec, MachineSpec, RestoreSpec } from "@forkd/core";
import { describe, expect, it } from "vitest";
import { bootArgv, listBootFiles } from "./boot-argv.ts";
import { kernelCommandLine } from "./kernel-command-line.ts";
import { machineTypeFor } from "./machine-type.ts";
import { restoreArgv } from "./restore-argv.ts";

const MACHINE_TYPE = machineTypeFor("7.2.22");
const MACHINE: MachineSpec = {
  name: "sb_1,file=/etc/passwd",
  directory: "/run/vms/sb_1",
  memoryPath: "/data/a,b/memory",
  memoryMib: 256,
  vcpus: 2,
  disk: { base: "/images/base,1.ext4", layers: ["/layers/1.qcow2", "/layers/2.qcow2"], sizeBytes: 2 ** 31 },
  devices: STANDARD_DEVICES,
};
const BOOT: BootSpec = { ...MACHINE, kernelPath: "/boot/vmlinuz", initramfsPath: "/boot/initramfs" };
const RESTORE: RestoreSpec = { ...MACHINE, deviceStatePath: "/data/state" };

function valuesOf(argv: readonly string[], option: string): string[] {
  return argv.flatMap((value, index) => (argv[index - 1] === option ? [value] : []));
}

/** Each option with its values, less those in `except`; what device state depends on must be equal in it. */
function withoutOptions(argv: readonly string[], except: readonly string[]): string[] {
  return argv.filter((value, index) => !except.includes(value) && !except.includes(argv[index - 1] ?? ""));
}

describe("bootArgv", () => {
  const argv = bootArgv(BOOT, { accelerator: "tcg", tscKhz: 2_500_000 }, MACHINE_TYPE);

  it("shares the memory file with the host", () => {
    const [backend] = valuesOf(argv, "-object").filter((value) => value.startsWith("{"));
    expect(JSON.parse(backend ?? "")).toEqual({
      "qom-type": "memory-backend-file",
      id: "ram",
      size: 256 * 2 ** 20,
      "mem-path": "/forkd/fd/11",
      share: true,
    });
  });

  it("gives the kernel, the initramfs and the command line", () => {
    expect(listBootFiles(BOOT).slice(-2)).toEqual(["/boot/vmlinuz", "/boot/initramfs"]);
    expect(valuesOf(argv, "-kernel")).toEqual(["/forkd/fd/18"]);
    expect(valuesOf(argv, "-initrd")).toEqual(["/forkd/fd/19"]);
    expect(valuesOf(argv, "-append")[0]).toContain("tsc_early_khz=2500000");
  });

  it("layers the disk from the raw base to the machine's own overlay, with explicit backing nodes", () => {
    const nodes = valuesOf(argv, "-blockdev").map((node) => JSON.parse(node) as Record<string, unknown>);
    const chain = nodes.filter((node) => node["driver"] !== "file");
    expect(
      chain.map((node) => [node["driver"], node["node-name"], node["backing"], node["read-only"]]),
    ).toEqual([
      ["raw", "layer0", undefined, true],
      ["qcow2", "layer1", "layer0", true],
      ["qcow2", "layer2", "layer1", true],
      ["qcow2", "layer3", "layer2", false],
    ]);
    const files = nodes.filter((node) => node["driver"] === "file");
    expect(files.map((node) => [node["filename"], node["read-only"]])).toEqual([
      ["/forkd/fd/15", true],
      ["/forkd/fd/16", true],
      ["/forkd/fd/17", true],
      ["/forkd/fd/8", false],
    ]);
  });

  it("names no file of the host", () => {
    expect(argv.join(" ")).not.toMatch(/\/(?:data|images|layers|boot|run)\//);
  });

  it("reports disk errors to the guest instead of stopping it", () => {
    const disk = valuesOf(argv, "-device").find((device) => device.includes("virtio-blk-device"));
    expect(JSON.parse(disk ?? "")).toMatchObject({ drive: "layer3", werror: "report", rerror: "report" });
  });

  it("keeps a comma in a name from starting another option", () => {
    expect(valuesOf(argv, "-name")).toEqual(["guest=sb_1,,file=/etc/passwd"]);
  });

  it("has the devices of its list, in this order", () => {
    const kinds = (args: readonly string[]): string[] =>
      valuesOf(args, "-device").map((device) => /virt[a-z-]*/.exec(device)?.[0] ?? "");
    expect(kinds(argv)).toEqual([
      "virtio-blk-device",
      "virtio-serial-device",
      "virtserialport",
      "virtio-rng-device",
      "virtio-net-device",
    ]);
    const devices = [{ kind: "entropy" }, { kind: "root-disk" }];
    const other = restoreArgv({ ...RESTORE, devices }, { accelerator: "tcg", machineType: MACHINE_TYPE });
    expect(kinds(other)).toEqual(["virtio-rng-device", "virtio-blk-device"]);
    expect(other).not.toContain("-serial");
  });

  it("is refused with a device that there is none of", () => {
    const devices = [...STANDARD_DEVICES, { kind: "time-machine" }];
    expect(() => bootArgv({ ...BOOT, devices }, { accelerator: "kvm" }, MACHINE_TYPE)).toThrow(
      expect.objectContaining({ code: "snapshot_incompatible" }),
    );
  });

  it("has no device that is not of its list, and no option from a file", () => {
    expect(argv).toEqual(expect.arrayContaining(["-nodefaults", "-no-user-config"]));
    const older = bootArgv({ ...BOOT, devices: UNRECORDED_DEVICES }, { accelerator: "kvm" }, MACHINE_TYPE);
    expect(older.join(" ")).not.toMatch(/-net|virtio-net/);
  });

  it("has a card that nothing is connected to", () => {
    expect(argv.filter((word) => word.includes("virtio-net-device"))).toHaveLength(1);
    expect(argv).not.toContain("-netdev");
  });
});

describe("machineTypeFor", () => {
  it("starts kernels with qboot only where it does so", () => {
    expect(machineTypeFor("7.2.22")).toContain("x-option-roms=off");
    for (const version of ["8.2.2", "10.0.13"]) expect(machineTypeFor(version)).not.toContain("option-roms");
  });
});

describe("restoreArgv", () => {
  const argv = restoreArgv(RESTORE, { accelerator: "tcg", machineType: MACHINE_TYPE });

  it("maps memory privately", () => {
    const [backend] = valuesOf(argv, "-object").filter((value) => value.startsWith("{"));
    expect(JSON.parse(backend ?? "")).toMatchObject({ share: false });
  });

  it("waits for cont with device state on descriptor 4", () => {
    expect(argv).toContain("-S");
    expect(valuesOf(argv, "-incoming")).toEqual(["fd:4"]);
  });

  it("has no kernel, which is in the memory already", () => {
    expect(argv).not.toContain("-kernel");
    expect(argv).not.toContain("-initrd");
  });

  it("describes the machine that boot describes, in the same order", () => {
    const memoryBackend = valuesOf(argv, "-object")[0] ?? "";
    const boot = bootArgv(BOOT, { accelerator: "tcg", tscKhz: 1 }, MACHINE_TYPE);
    const bootBackend = valuesOf(boot, "-object")[0] ?? "";
    expect(withoutOptions(argv, ["-S", "-incoming", memoryBackend])).toEqual(
      withoutOptions(boot, ["-kernel", "-initrd", "-append", bootBackend]),
    );
  });
});

describe("kernelCommandLine", () => {
  it("tells an emulated guest the rate of its clock, since it cannot measure it on a busy host", () => {
    const line = kernelCommandLine({ accelerator: "tcg", tscKhz: 2_596_100 });
    expect(line.split(" ")).toEqual(expect.arrayContaining(["tsc_early_khz=2596100", "tsc=reliable"]));
  });

  it("leaves clock and mitigations to a guest with hardware virtualisation", () => {
    expect(kernelCommandLine({ accelerator: "kvm" })).not.toMatch(/tsc|mitigations/);
  });

  it("ends the machine on a panic", () => {
    expect(kernelCommandLine({ accelerator: "kvm" }).split(" ")).toEqual(
      expect.arrayContaining(["panic=-1", "reboot=t"]),
    );
  });
});
