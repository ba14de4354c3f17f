import { expect, test } from "vitest";
import { createSnapshotId } from "@forkd/contract";
import { Admission } from "./admission.ts";
import type { AdmissionOptions } from "./admission.ts";

const MIB = 1024 ** 2;
const fork = {
  tag: "py",
  snapshotId: createSnapshotId(),
  n: 10,
  memoryMib: 256,
  accelerator: "tcg",
} as const;

function createAdmission(memoryMib: number, options: Partial<AdmissionOptions> & { diskMib?: number } = {}) {
  const { diskMib = 10_000 } = options;
  return new Admission({
    readRoom: () =>
      Promise.resolve({ memoryBytes: memoryMib * MIB, diskPath: "/d", diskBytes: diskMib * MIB }),
    reserve: { memoryMib: 100, diskMib: 5 },
    listSiblings: () => [],
    ...options,
  });
}

const sibling = (privateMib: number, diskMib = 0) => ({
  measure: () =>
    Promise.resolve({
      cpuMs: 0,
      privateBytes: privateMib * MIB,
      sharedBytes: 256 * MIB,
      diskBytes: diskMib * MIB,
    }),
});

test("a fork is let in by what its children take at first, where nobody knows better", async () => {
  using _ = await createAdmission(160).admit(fork);
  await expect(createAdmission(159).admit(fork)).rejects.toMatchObject({
    code: "no_memory",
    details: { n: 10, eachMib: 6, siblings: 0, availableMib: 159, reserveMib: 100 },
  });
  await expect(createAdmission(160).admit({ ...fork, accelerator: "kvm" })).rejects.toMatchObject({
    details: { eachMib: 24 },
  });
});

test("siblings that live say what a child takes, and what is shared is nobody's", async () => {
  const listSiblings = () => [
    sibling(40),
    sibling(20),
    { measure: () => Promise.reject(new Error("it died")) },
  ];
  using _ = await createAdmission(400, { listSiblings }).admit(fork);
  await expect(createAdmission(399, { listSiblings }).admit(fork)).rejects.toMatchObject({
    message: expect.stringContaining("about 30 MiB, as 2 of its siblings do") as string,
  });
});

test("the disk is looked at as well", async () => {
  const listSiblings = () => [sibling(1, 7)];
  using _ = await createAdmission(400, { listSiblings, diskMib: 75 }).admit(fork);
  await expect(createAdmission(400, { listSiblings, diskMib: 74 }).admit(fork)).rejects.toMatchObject({
    code: "disk_full",
    message: expect.stringContaining(
      "10 children of py, each of about 7 MiB: 74 MiB are available",
    ) as string,
  });
});

test("forks that are under way have their room", async () => {
  const admission = createAdmission(220);
  const first = await admission.admit(fork);
  using _second = await admission.admit(fork);
  await expect(admission.admit(fork)).rejects.toMatchObject({ details: { availableMib: 100 } });
  first[Symbol.dispose]();
  using _third = await admission.admit(fork);
});

test("nobody is measured where there is plenty, and nothing is looked at where it is turned off", async () => {
  const listSiblings = () => {
    throw new Error("they were asked");
  };
  using _plenty = await createAdmission(4000, { listSiblings }).admit(fork);
  using _off = await createAdmission(0, { listSiblings, reserve: undefined }).admit(fork);
  await expect(createAdmission(400, { listSiblings }).admit(fork)).rejects.toThrow("they were asked");
});
