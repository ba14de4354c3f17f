import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "../process/run-command.ts";
import { createFilesScript } from "./files-script.ts";

const { signal } = new AbortController();

async function runScript(files: { path: string; content: string; mode?: string }[]) {
  const script = createFilesScript(
    "test",
    files.map(({ path, content, mode = "0644" }) => ({
      path,
      content_base64: Buffer.from(content).toString("base64"),
      mode,
    })),
  );
  return runCommand("sh", ["-euc", script], { signal });
}

async function makeRoot(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "forkd-host-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test("writes content, mode and parents as asked, whatever is in the name", async () => {
  await using root = await makeRoot();
  const path = `${root.path}/a b/it's $(touch ${root.path}/pwned)\n-rf`;
  const content = "FORKD_END_OF_CONTENT\n\0\xff".repeat(100);
  expect(await runScript([{ path, content, mode: "0751" }])).toMatchObject({ ok: true });
  expect(await readFile(path, "utf8")).toBe(content);
  expect((await stat(path)).mode & 0o7777).toBe(0o751);
  await expect(stat(join(root.path, "pwned"))).rejects.toThrow("ENOENT");
});

test("replaces a link instead of writing through it", async () => {
  await using root = await makeRoot();
  await writeFile(join(root.path, "victim"), "untouched");
  await symlink(join(root.path, "victim"), join(root.path, "link"));
  await runScript([{ path: join(root.path, "link"), content: "new" }]);
  expect(await readFile(join(root.path, "victim"), "utf8")).toBe("untouched");
  expect(await readFile(join(root.path, "link"), "utf8")).toBe("new");
});

test("refuses to replace a directory, and paths with .. or of directories", async () => {
  await using root = await makeRoot();
  await mkdir(join(root.path, "d"));
  expect(await runScript([{ path: join(root.path, "d"), content: "" }])).toMatchObject({ ok: false });
  for (const path of ["/etc/../../../etc/passwd", "/etc/"]) {
    expect(() => createFilesScript("t", [{ path, content_base64: "", mode: "0644" }])).toThrow(
      expect.objectContaining({ code: "image_build_failed" }),
    );
  }
});

test.runIf(process.getuid?.() === 0)("cannot follow a link out of the new root", async () => {
  await using root = await makeRoot();
  await using outside = await makeRoot();
  const programs = ["/bin", "/lib", "/lib64", "/usr"];
  for (const path of programs) await mkdir(join(root.path, path), { recursive: true });
  await mkdir(join(root.path, outside.path), { recursive: true });
  await symlink(outside.path, join(root.path, "out"));
  const script = createFilesScript("t", [{ path: "/out/file", content_base64: "aGk=", mode: "0644" }]);
  const mounts = programs.map((path) => `mount --rbind -o ro ${path} ${root.path}${path}`).join("; ");
  const command = `${mounts}; exec chroot ${root.path} /bin/sh -euc "$0"`;
  await runCommand("unshare", ["--mount", "sh", "-c", command, script], { signal });
  await expect(stat(join(outside.path, "file"))).rejects.toThrow("ENOENT");
  // The kernel resolved the link below the root.
  expect(await readFile(join(root.path, outside.path, "file"), "utf8")).toBe("hi");
});
