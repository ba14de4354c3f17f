import type { Forkd, SnapshotInfo } from "@forkd/sdk";
import { removeAllSnapshots } from "./remove-snapshots.ts";

/** The image that tests run on: Python with numpy, and Node. */
export const IMAGE = "test-image";
/** A parent with both interpreters warm. */
export const PARENT = "test-parent";

const HOOK = '#!/bin/sh\necho "$FORKD_SANDBOX_ID $FORKD_CHILD_INDEX" > /run/hook-ran\n';

/** Generators of the user's own, each with half of a number left over from the last. */
const GENERATORS = `
own = random.Random(7)
kinds = numpy.random.MT19937, numpy.random.PCG64, numpy.random.PCG64DXSM, numpy.random.Philox, numpy.random.SFC64
generators = {kind.__name__: numpy.random.Generator(kind(7)) for kind in kinds}
for generator in generators.values(): generator.integers(2**32, dtype="uint32")
`;

/** A service that starts no process: in an emulated guest each takes a tenth of a CPU's second, of every child alive. */
const TICK = String.raw`$| = 1; while (1) { print "tick\n"; sleep 1 }`;

const RECIPE = {
  packages: ["python3-numpy", "nodejs"],
  files: [{ path: "/etc/forkd/on-fork.d/10-mark", contentBase64: btoa(HOOK), mode: "0755" }],
};

/** Builds the test image if it is not there. */
export async function ensureImage(forkd: Forkd): Promise<void> {
  await forkd.images.build({ name: IMAGE, recipe: RECIPE });
}

/** Makes the parent anew, so that it is made by the code under test. What tests that were interrupted have left ends. */
export async function createParent(forkd: Forkd): Promise<SnapshotInfo> {
  await removeAllSnapshots(forkd);
  return forkd.snapshots.create({
    tag: PARENT,
    image: IMAGE,
    memoryMib: 256,
    warm: [
      { kind: "python", code: "import random, ssl, uuid, secrets, tempfile, numpy, numpy.random" },
      { kind: "python", code: GENERATORS },
      {
        kind: "node",
        code: "globalThis.crypto = require('node:crypto'); Math.random(); crypto.randomUUID()",
      },
      { kind: "service", args: ["perl", "-e", TICK] },
    ],
    env: { FROM_PARENT: "yes" },
  });
}

/** Finds the parent that an earlier run has made, and removes what tests that were interrupted have left beside it. */
export async function findParent(forkd: Forkd): Promise<SnapshotInfo> {
  const parent = (await forkd.snapshots.list()).find(({ tag }) => tag === PARENT);
  if (parent?.status !== "ready") {
    throw new Error("there is no parent of an earlier run yet, and `npm test -- FILE` makes one");
  }
  await removeAllSnapshots(forkd, [PARENT]);
  return parent;
}
