import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Forkd } from "../index.ts";

/** A directory with a program in the place of the command line, and a client that starts daemons with it. */
async function useProgram(script: string) {
  const directory = await mkdtempDisposable(join(tmpdir(), "forkd-demand-"));
  const command = join(directory.path, "forkd");
  await writeFile(command, `#!/bin/sh\necho "$@" >> ${directory.path}/calls\n${script}\n`, { mode: 0o755 });
  const socketPath = join(directory.path, "forkd.sock");
  const forkd = new Forkd({ baseUrl: `unix:${socketPath}`, startDaemon: true, command });
  const calls = (): Promise<string> => readFile(join(directory.path, "calls"), "utf8").catch(() => "");
  return { directory, socketPath, forkd, calls, [Symbol.asyncDispose]: () => directory.remove() };
}

test("a daemon is asked for where the client looks for it, once for all that wait", async () => {
  await using place = await useProgram("exit 1");
  await Promise.allSettled([place.forkd.sandboxes.list(), place.forkd.snapshots.list()]);
  expect(await place.calls()).toBe(`daemon start --json --daemon-url unix:${place.socketPath}\n`);
});

test("what the command line says of its failure is thrown as it is", async () => {
  const wire = { error: "the forkd daemon ended with status 9", code: "daemon_start_failed", hint: "see it" };
  await using place = await useProgram(`echo starting >&2; echo '${JSON.stringify(wire)}' >&2; exit 1`);
  await expect(place.forkd.sandboxes.list()).rejects.toMatchObject({
    message: wire.error,
    code: wire.code,
    hint: wire.hint,
  });
});

test("a program that says nothing of the kind is told with its last words", async () => {
  await using place = await useProgram("echo no such verb >&2; exit 2");
  await expect(place.forkd.sandboxes.list()).rejects.toMatchObject({
    code: "daemon_start_failed",
    message: expect.stringContaining("no such verb") as string,
  });
});

test("where there is no program, the error says how to name one", async () => {
  const baseUrl = `unix:${tmpdir()}/forkd-none.sock`;
  const forkd = new Forkd({ baseUrl, startDaemon: true, command: "forkd-of-no-such-name" });
  await expect(forkd.sandboxes.list()).rejects.toMatchObject({
    code: "daemon_unreachable",
    message: expect.stringMatching(/forkd-of-no-such-name cannot be run.*ENOENT/) as string,
    hint: expect.stringContaining("FORKD_COMMAND") as string,
  });
});

test("what only looks at a daemon starts none, and neither does a client with an address of its own", async () => {
  await using place = await useProgram("exit 1");
  await expect(place.forkd.health()).rejects.toMatchObject({ code: "daemon_unreachable" });
  await expect(place.forkd.version()).rejects.toMatchObject({ code: "daemon_unreachable" });
  const other = new Forkd({ baseUrl: `unix:${place.socketPath}` });
  await expect(other.sandboxes.list()).rejects.toMatchObject({ code: "daemon_unreachable" });
  expect(await place.calls()).toBe("");
});

test("a daemon that answers is used, and another is started when it has gone", async () => {
  await using place = await useProgram("exit 1");
  const server = createServer((_, response) => response.end("[]")).listen(place.socketPath);
  await once(server, "listening");
  expect(await place.forkd.sandboxes.list()).toEqual([]);
  expect(await place.calls()).toBe("");
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  // A connection that breaks under a request is told as such, whatever was done; the next one finds nobody.
  const codes: unknown[] = [];
  for (let i = 0; i < 2; i++) await place.forkd.sandboxes.list().catch(({ code }) => codes.push(code));
  expect(codes.at(-1)).toBe("daemon_start_failed");
});

test("an abort ends the wait with its reason", async () => {
  await using place = await useProgram("sleep 2");
  const reason = new Error("enough");
  const caller = new AbortController();
  const list = place.forkd.sandboxes.list({ signal: caller.signal });
  setTimeout(() => caller.abort(reason), 50);
  await expect(list).rejects.toBe(reason);
});
