import { expect, test } from "vitest";
import { chooseAccelerator } from "./choose-accelerator.ts";
import { findVirtualisationFlag, readCpuInfo } from "./virtualisation-flag.ts";
import { explainKvmRefusal } from "./kvm-device.ts";
import { readQemuVersion } from "./qemu.ts";

const { signal } = new AbortController();

test.each([
  ["flags\t\t: fpu vme svm npt", "svm"],
  ["processor\t: 0\nflags\t\t: fpu vmx ept", "vmx"],
  ["vmx flags\t: vnmi vmx\nflags\t\t: fpu", undefined],
  ["", undefined],
])("reads the CPU flag of %j", (cpuinfo, flag) => {
  expect(findVirtualisationFlag(cpuinfo)).toBe(flag);
});

test("says why the KVM device cannot be used", async () => {
  expect(await explainKvmRefusal("/nonexistent/kvm")).toBe("/nonexistent/kvm does not exist");
  expect(await explainKvmRefusal("/dev/null")).toBeUndefined();
  expect(await explainKvmRefusal("/proc")).toContain("/proc does not open");
});

const hasFlag = findVirtualisationFlag(await readCpuInfo()) !== undefined;

test.skipIf(hasFlag)("refuses KVM without the CPU flag, and asks for no guest to prove it", async () => {
  const prepareProbe = () => Promise.reject(new Error("a probe was made ready"));
  const memory = { cacheDir: "/nonexistent", qemuPath: "/usr/bin/qemu", anew: false };
  const choice = await chooseAccelerator({ ...memory, prepareProbe, signal });
  expect(choice).toEqual({
    accelerator: "tcg",
    reason: "emulated: the CPU shows neither vmx nor svm",
    qemuPath: "/usr/bin/qemu",
  });
});

test("takes a program that prints no version for no QEMU", async () => {
  await expect(readQemuVersion("/bin/true", { signal })).rejects.toMatchObject({ code: "vmm_failed" });
});
