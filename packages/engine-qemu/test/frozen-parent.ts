import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { FrozenMachine } from "@forkd/core/testing/rig";
import { hasErrno } from "@forkd/posix";
import {
  bootUntilReady,
  createEngine,
  freeze,
  frozenIn,
  required,
  runInGuest,
  Workspace,
} from "./fixture.ts";

/**
 * A frozen machine in which Python has loaded numpy once. Nobody writes to its files, so all files of tests of a run have
 * the same: whoever needs it first boots it.
 */
export async function provideFrozenParent(vcpus: number): Promise<FrozenMachine> {
  const directory = required("FORKD_TEST_FROZEN");
  const place = join(directory, `vcpus-${vcpus}`);
  if (!existsSync(place)) await make(directory, place, vcpus);
  return frozenIn(place);
}

async function make(directory: string, place: string, vcpus: number): Promise<void> {
  await using draft = await Workspace.create(directory);
  await using parent = await bootUntilReady(createEngine(), draft, vcpus);
  await runInGuest(parent, "python3 -c 'import numpy'; sync");
  await freeze(parent, draft);
  try {
    await rename(draft.path, place);
  } catch (error) {
    // Another file of tests was faster.
    if (!hasErrno(error, "ENOTEMPTY")) throw error;
  }
}
