import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { useChild } from "../harness/one-child.ts";

const used = useChild();

test("gives back what was written, whatever the bytes", async () => {
  const content = randomBytes(3_000_000);
  await used.child.files.write("/root/deep/down/blob", content);
  expect(Buffer.from(await used.child.files.read("/root/deep/down/blob")).equals(content)).toBe(true);
});

test("sets mode and owner", async () => {
  await used.child.files.write("/tmp/script", "#!/bin/sh\nid -un\n", { mode: "0755", user: "nobody" });
  expect((await used.child.run("stat -c '%a %U' /tmp/script; /tmp/script")).stdout).toBe(
    "755 nobody\nroot\n",
  );
});

test("says that a file is not there", async () => {
  await expect(used.child.files.read("/no/such/file")).rejects.toMatchObject({
    code: "guest_file_not_found",
    status: 404,
  });
});

test("leaves devices and pipes as they are", async () => {
  for (const path of ["/dev/null", "/dev"])
    await expect(used.child.files.write(path, "x")).rejects.toMatchObject({ code: "guest_refused" });
  expect((await used.child.run("stat -c %F /dev/null")).stdout).toBe("character special file\n");
});

test("refuses a path that is not absolute", async () => {
  await expect(used.child.files.read("relative")).rejects.toMatchObject({
    code: "invalid_request",
    status: 400,
  });
});

test("leaves the old file whole when the disk is full", async () => {
  await used.child.run("echo old > /root/precious");
  const tooMuch = Buffer.alloc(1_000_000);
  // What is allocated is not written, which would take a slow host minutes.
  const most = "fallocate -l $(df --output=avail -B1 / | tail -n 1) /root/filler";
  await used.child.run(`${most}; head -c 100G /dev/zero >> /root/rest; true`, { timeoutSecs: 100 });
  await expect(used.child.files.write("/root/precious", tooMuch)).rejects.toMatchObject({ status: 422 });
  expect((await used.child.run("cat /root/precious; rm /root/filler /root/rest")).stdout).toBe("old\n");
});
