import { mkdtempDisposable, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { requireBuildPrograms } from "./image-builder.ts";

test("a build by an ordinary user says that newuidmap is missing, and what has it", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-programs-"));
  for (const name of ["mmdebstrap", "mkfs.ext4"]) await symlink("/bin/true", join(directory.path, name));
  vi.stubEnv("PATH", directory.path);
  await expect(requireBuildPrograms(true)).resolves.toBe(join(directory.path, "mmdebstrap"));
  await expect(requireBuildPrograms(false)).rejects.toMatchObject({
    code: "requirement_missing",
    message: expect.stringContaining("newuidmap") as string,
    hint: expect.stringContaining("apt-get install uidmap") as string,
  });
  vi.unstubAllEnvs();
});
