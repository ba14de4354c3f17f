import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();
/** Whether it was killed, has died or cannot be reached depends on what hears of it first. */
const ENDED = { code: expect.stringMatching(/^(?:sandbox_|agent_|daemon_lost$)/) as string };
const MIB = Buffer.alloc(1024 * 1024, 7);

/** Content without an end, and what is to happen when a part of it was taken. */
async function* endless(onTaken: () => void): AsyncGenerator<Uint8Array> {
  for (let i = 0; ; i++) {
    if (i === 16) onTaken();
    yield MIB;
  }
}

test("a file comes whole though its machine stands still in between", async () => {
  await using child = await forkOne(used.daemon);
  const sum = await child.run("head -c 16M /dev/urandom > /root/noise; sha256sum < /root/noise");
  const hash = createHash("sha256");
  let isPaused = false;
  for await (const part of await child.files.stream("/root/noise")) {
    hash.update(part);
    if (isPaused) continue;
    isPaused = true;
    await child.pause();
    await expect(child.files.list("/root")).rejects.toMatchObject({ code: "sandbox_paused" });
    await child.resume();
  }
  expect(sum.stdout).toContain(hash.digest("hex"));
});

test("what is under way with a machine that is killed ends", async () => {
  await using child = await forkOne(used.daemon);
  await child.run("mkdir -p /srv/watched; head -c 64M /dev/zero > /srv/large");
  const watch = child.files.watchDir("/srv/watched");
  await watch.next();
  const archive = (await child.files.readTar("/srv"))[Symbol.asyncIterator]();
  await archive.next();
  const taken = Promise.withResolvers<void>();
  const writing = child.files.write("/srv/endless", endless(taken.resolve));
  writing.catch(() => {});
  await taken.promise;
  await child.kill();
  const readOn = async (): Promise<void> => {
    while (!(await archive.next()).done);
  };
  await expect(writing).rejects.toMatchObject(ENDED);
  await expect(readOn()).rejects.toMatchObject({ code: "daemon_lost" });
  await expect(Array.fromAsync(watch)).rejects.toMatchObject(ENDED);
});

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
