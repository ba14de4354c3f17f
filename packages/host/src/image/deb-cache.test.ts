import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureDebCache, keepPackages } from "./deb-cache.ts";

test("keeps packages, and nothing else that a build left among them", async () => {
  const directory = await mkdtemp(join(tmpdir(), "forkd-host-"));
  const known = await ensureDebCache(join(directory, "cache"));
  for (const name of ["bash_5.2.15-2+b7_amd64.deb", "g++_4%3a12_all.deb", "lock", "..deb", "script.sh"]) {
    await writeFile(join(directory, name), "x");
  }
  await symlink("/etc/shadow", join(directory, "evil_1_all.deb"));
  await keepPackages(directory, known);
  expect((await readdir(known)).toSorted()).toEqual(["bash_5.2.15-2+b7_amd64.deb", "g++_4%3a12_all.deb"]);
  await rm(directory, { recursive: true });
});
