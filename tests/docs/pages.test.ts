import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findFreePort } from "../harness/free-port.ts";
import { removeAllSnapshots } from "../harness/remove-snapshots.ts";
import { TEST_CACHE_DIR, TestDaemon } from "../harness/test-daemon.ts";
import { ROOT, listPages, readBlocks } from "../../scripts/docs/blocks.ts";
import { preparePlace } from "../harness/place.ts";
import { isProgram, listParents, markerOf, writePageScript, writePrograms } from "./page-script.ts";

/** Images stay from run to run; snapshots do not, and those of a page only as parents of others. */
const DATA_DIR = join(TEST_CACHE_DIR, "docs-data");
const PAGE_TIMEOUT_MS = 600_000;

/** The parents that are there for the next page, which has made them itself but for this: by their tags. */
const made = new Set<string>();

/** Where pages say that a daemon listens by TCP; that of the tests has a port that is free. */
const PAGE_ADDRESS = "127.0.0.1:8889";

let daemon: TestDaemon;
let address: string;
beforeAll(async () => {
  address = `127.0.0.1:${await findFreePort()}`;
  daemon = await TestDaemon.start({ dataDir: DATA_DIR, env: { FORKD_BIND: address } });
  // Those that a run left which was broken off.
  for (const { name } of await daemon.forkd.tokens.list()) await daemon.forkd.tokens.revoke(name);
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** Runs a program to its end, with what it printed and what it wrote to descriptor 3. */
async function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const [, out, err, markers] = child.stdio as unknown as [null, Readable, Readable, Readable];
  const exit = once(child, "exit");
  const [printed, complained, marked] = await Promise.all([text(out), text(err), text(markers)]);
  await exit;
  return { status: child.exitCode, output: `${printed}\n${complained}`, marked };
}

const pages = listPages().map((page) => ({ page, blocks: readBlocks(page) }));

describe.each(pages.filter(({ blocks }) => blocks.some(isProgram)))("$page", ({ blocks: printed }) => {
  test(
    "every block does what it says, as it stands",
    async () => {
      const blocks = printed.map((block) => ({ ...block, text: block.text.replaceAll(PAGE_ADDRESS, address) }));
      const parents = listParents(blocks);
      await removeAllSnapshots(
        daemon.forkd,
        parents.filter((tag) => made.has(tag)),
      );
      made.clear();
      const there = (await daemon.forkd.snapshots.list()).flatMap(({ tag }) => tag ?? []);
      await using place = await mkdtempDisposable(join(tmpdir(), "forkd-docs-"));
      const env = { ...process.env, ...preparePlace(place.path), FORKD_SOCKET: daemon.socketPath, FORKD_BIND: address };
      const script = writePageScript(place.path, blocks, there);
      const wanted = blocks.filter(isProgram);
      const { status, output, marked } = await run("bash", [script], place.path, env);
      const ran = marked.trim().split("\n");
      if (status !== 0) throw new Error(`status ${status} behind ${ran.at(-1)}:\n${output}`);
      expect(ran).toEqual(wanted.map(markerOf));
      for (const tag of parents) made.add(tag);
    },
    PAGE_TIMEOUT_MS,
  );
});

test("the programs of all pages have no type errors", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-docs-"));
  preparePlace(place.path);
  const files = pages.flatMap(({ page, blocks }) => writePrograms(join(place.path, page), blocks));
  expect(await typeCheck(place.path, files)).toBe("");
});

async function typeCheck(place: string, files: string[]): Promise<string> {
  const compilerOptions = { typeRoots: [join(ROOT, "node_modules/@types")], noUncheckedIndexedAccess: true };
  const config = { extends: join(ROOT, "tsconfig.json"), compilerOptions, include: [], files };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify(config));
  writeFileSync(join(place, "package.json"), JSON.stringify({ type: "module" }));
  return (await run(join(ROOT, "node_modules/.bin/tsc"), ["-p", place], place, process.env)).output.trim();
}
