import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockDataDirectory } from "./data-lock.ts";

test("one process holds a data directory, until it dies", async () => {
  const directory = await mkdtemp(join(tmpdir(), "forkd-lock-"));
  const of = (socketPath: string) => ({ dataDir: directory, socketPath });
  const script = `import { lockDataDirectory } from ${JSON.stringify(new URL("data-lock.ts", import.meta.url).href)};
    globalThis.lock = lockDataDirectory(${JSON.stringify(of("/run/first.sock"))}); console.log("held"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  expect(() => lockDataDirectory(of("/run/second.sock"))).toThrow(
    expect.objectContaining({
      code: "daemon_running",
      message: `another daemon (pid ${holder.pid}) is running on ${directory}, and listens on /run/first.sock`,
      hint: expect.stringContaining("FORKD_SOCKET=/run/first.sock forkd stop") as string,
    }),
  );
  holder.kill("SIGKILL");
  await once(holder, "exit");
  using _lock = lockDataDirectory(of("/run/second.sock"));
  await rm(directory, { recursive: true });
});
