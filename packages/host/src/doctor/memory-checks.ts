import { access, readdir, readFile } from "node:fs/promises";
import { readFreeBytes, readIfPresent } from "@forkd/posix";
import type { Check } from "./check.ts";
import { pass, skip, warn } from "./check.ts";

const MIB = 1024 ** 2;
const ENOUGH_MIB = 1024;
const SHM = "/dev/shm";

/** Memory, and the kernel's features about it. */
export const MEMORY_CHECKS: readonly Check[] = [
  {
    name: "memory",
    look: async () => {
      const text = await readFile("/proc/meminfo", "utf8");
      const availableMib = Math.floor(Number(/^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / 1024);
      if (availableMib >= ENOUGH_MIB) return pass(`${availableMib} MiB available`);
      return warn(`${availableMib} MiB available, less than ${ENOUGH_MIB}`, "end something that is large");
    },
  },
  {
    name: "shared memory",
    look: async () => {
      const freeMib = Math.floor((await readFreeBytes(SHM)) / MIB);
      if (freeMib >= ENOUGH_MIB) return pass(`${SHM} has ${freeMib} MiB free`);
      return warn(
        `${SHM} has ${freeMib} MiB free, less than ${ENOUGH_MIB}`,
        `sudo mount -o remount,size=50% ${SHM}`,
      );
    },
  },
  {
    name: "userfaultfd",
    look: async () => {
      if (process.getuid?.() === 0) return pass("allowed for root");
      const allowed = (await readIfPresent("/proc/sys/vm/unprivileged_userfaultfd"))?.trim();
      const device = await access("/dev/userfaultfd").then(
        () => true,
        () => false,
      );
      if (allowed === "1" || device) return pass("allowed for an ordinary user");
      const hint = "sudo sysctl vm.unprivileged_userfaultfd=1";
      return warn("not allowed for an ordinary user: no live branch", hint);
    },
  },
  {
    name: "huge pages",
    look: async () => {
      const pools = await readdir("/sys/kernel/mm/hugepages").catch(() => []);
      const counts = await Promise.all(
        pools.map((pool) => readIfPresent(`/sys/kernel/mm/hugepages/${pool}/nr_hugepages`)),
      );
      const reserved = pools.filter((_, index) => Number(counts[index] ?? 0) > 0);
      return reserved.length > 0
        ? pass(`reserved: ${reserved.join(", ")}`)
        : skip("none are reserved; none are needed");
    },
  },
  {
    name: "ksm",
    look: async () => {
      const run = (await readIfPresent("/sys/kernel/mm/ksm/run"))?.trim();
      return run === "1"
        ? pass("the kernel merges equal pages")
        : skip("off; forks share their pages without it");
    },
  },
];
