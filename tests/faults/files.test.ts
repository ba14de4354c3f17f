import { expect, test } from "vitest";
import { useChild } from "../harness/one-child.ts";

const used = useChild();
const MIB = Buffer.alloc(1024 * 1024, 7);

/** Content without an end, and what is to happen when a part of it was taken. */
async function* endless(onTaken: () => void): AsyncGenerator<Uint8Array> {
  for (let i = 0; ; i++) {
    if (i === 16) onTaken();
    yield MIB;
  }
}

test("a client that leaves in the middle of a file leaves nothing of it behind", async () => {
  const { child } = used;
  await child.files.makeDir("/srv/left");
  const leaving = new AbortController();
  const content = endless(() => leaving.abort());
  await expect(child.files.write("/srv/left/file", content, { signal: leaving.signal })).rejects.toThrow(
    "aborted",
  );
  await expect.poll(async () => (await child.run("ls -A /srv/left")).stdout).toBe("");
});

test("a disk that is full is told, and keeps what was there", async () => {
  const { files } = used.child;
  await used.child.run(
    "mkdir /srv/full; mount -t tmpfs -o size=512k none /srv/full; echo old > /srv/full/file",
  );
  const refused = { code: "guest_refused", message: expect.stringContaining("no_space") as string };
  await expect(files.write("/srv/full/file", MIB)).rejects.toMatchObject(refused);
  expect(await files.readText("/srv/full/file")).toBe("old\n");
  await expect(files.write("/srv/full/file", MIB, { append: true })).rejects.toMatchObject(refused);
  expect(await files.readText("/srv/full/file", { offset: 0, length: 4 })).toBe("old\n");
  await expect(files.remove("/srv", { recursive: true })).rejects.toMatchObject({ code: "guest_refused" });
  expect(await files.exists("/srv/full/file")).toBe(true);
  await used.child.run("umount /srv/full");
});

test("links and paths that lead up end where the guest's kernel ends them", async () => {
  const { child } = used;
  await child.run("ln -s ../../../../etc /srv/up; ln -s loop /srv/loop");
  expect((await child.files.list("/srv/up")).map(({ path }) => path)).toContain("/srv/up/hostname");
  expect(await child.files.readText("/../../etc/hostname")).toContain("sb-");
  await expect(child.files.read("/srv/loop")).rejects.toMatchObject({ code: "guest_refused" });
  await expect(child.files.getInfo("/srv\u0000/x")).rejects.toMatchObject({ code: "invalid_request" });
  await child.files.remove("/srv/up", { recursive: true });
  expect(await child.files.exists("/etc/hostname")).toBe(true);
});
