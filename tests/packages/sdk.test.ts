import { execFile } from "node:child_process";
import { cp, mkdtempDisposable, readFile, readdir, writeFile } from "node:fs/promises";
import type { DisposableTempDir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Forkd } from "@forkd/sdk";
import { PARENT } from "../harness/parent.ts";
import { endKeptDaemon } from "../harness/kept-daemon.ts";
import { startOnTcp } from "../harness/tcp-daemon.ts";
import { TEST_CACHE_DIR, TEST_DATA_DIR } from "../harness/test-daemon.ts";
import { runAsPage } from "./run-as-page.ts";
import { OLDEST_NODE, findRuntimes } from "./runtimes.ts";

const ROOT = resolve(import.meta.dirname, "../..");

const run = promisify(execFile);
const runtimes = await findRuntimes();
const tool = (name: string): string => join(ROOT, "node_modules/.bin", name);

const OPTIONS = {
  target: "es2022",
  module: "nodenext",
  lib: ["es2022"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  types: ["node"],
  typeRoots: [join(ROOT, "node_modules/@types")],
};

let place: DisposableTempDir;
let installed: string;

async function compile(name: string, options: object): Promise<string> {
  const config = { compilerOptions: { ...OPTIONS, ...options }, files: ["consumer.ts"] };
  await writeFile(join(place.path, name), JSON.stringify(config));
  const { stdout } = await run(tool("tsc"), ["-p", name], { cwd: place.path }).catch(
    ({ stdout }: { stdout: string }) => ({ stdout }),
  );
  return stdout;
}

beforeAll(async () => {
  place = await mkdtempDisposable(join(tmpdir(), "forkd-consumer-"));
  installed = join(place.path, "node_modules/@forkd/sdk");
  await run("npm", ["pack", "--pack-destination", place.path], { cwd: join(ROOT, "packages/sdk") });
  await writeFile(join(place.path, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const [tarball = ""] = (await readdir(place.path)).filter((name) => name.endsWith(".tgz"));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${tarball}`], { cwd: place.path });
  await cp(join(import.meta.dirname, "sdk-consumer.ts"), join(place.path, "consumer.ts"));
});
afterAll(() => place.remove());

test("the package has JavaScript, types, a README and a licence, no test and no dependency", async () => {
  const files = await readdir(installed, { recursive: true });
  expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"]));
  expect(files.filter((file) => /\.test\.|(?:^|\/)tests?\//.test(file))).toEqual([]);
  expect(await readdir(join(place.path, "node_modules/@forkd"))).toEqual(["sdk"]);
  const { engines } = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as {
    engines: object;
  };
  expect(engines).toEqual({ node: OLDEST_NODE });
});

test("publint finds nothing to complain about", async () => {
  const { stdout } = await run(tool("publint"), [installed, "--strict", "--pack", "false"]);
  expect(stdout).toContain("All good!");
});

test("a page that has it in a bundle works by HTTP, and is told what needs sockets", async () => {
  await using tcp = await startOnTcp("page");
  const page = `
    import { Forkd } from "@forkd/sdk";
    export default async ({ tag, ...options }) => {
      const forkd = new Forkd(options);
      const [child] = await forkd.sandboxes.fork(tag);
      const { result } = await child.eval("6 * 7");
      let output = "";
      for await (const { data } of (await child.spawn(["echo", "from a page"])).output())
        output += new TextDecoder().decode(data);
      const codes = [];
      for (const ask of [() => child.forward(80), () => child.fetch(80, "/"), () => new Forkd({ baseUrl: "unix:/x" }).version()])
        codes.push(await ask().catch(({ code }) => code));
      await child.kill();
      return { result, output, codes };
    };`;
  const options = { tag: PARENT, baseUrl: tcp.baseUrl, token: tcp.token };
  expect(await runAsPage(page, place.path, options)).toEqual({
    result: "42",
    output: "from a page\n",
    codes: ["daemon_unreachable", "daemon_unreachable", "daemon_unreachable"],
  });
});

describe("a program that uses it", () => {
  test.each<[string, object]>([
    ["nodenext", {}],
    ["a bundler", { module: "esnext", moduleResolution: "bundler", noEmit: true }],
    ["a browser's types", { lib: ["es2022", "dom", "dom.asynciterable"], noEmit: true }],
  ])("passes tsc --strict with %s", async (_, options) => {
    expect(await compile("tsconfig.json", options)).toBe("");
  });

  describe.each(runtimes)("on $name", ({ command }) => {
    test.skipIf(command === undefined)(
      "starts a daemon, forks, works in it, streams and forwards",
      async () => {
        await compile("tsconfig.json", {});
        await endKeptDaemon();
        const env = {
          ...process.env,
          DENO_DIR: join(place.path, "deno"),
          FORKD_URL: "",
          FORKD_SOCKET: join(place.path, "run/forkd.sock"),
          FORKD_COMMAND: join(ROOT, "bin/forkd"),
          FORKD_DATA_DIR: TEST_DATA_DIR,
          FORKD_CACHE_DIR: TEST_CACHE_DIR,
        };
        await using stack = new AsyncDisposableStack();
        const forkd = stack.use(new Forkd({ baseUrl: `unix:${env.FORKD_SOCKET}` }));
        stack.defer(async () => void (await forkd.stop({ onExit: "kill" })));
        const [program, ...options] = command!;
        const { stdout } = await run(program, [...options, "consumer.js", PARENT], { cwd: place.path, env });
        expect(JSON.parse(stdout)).toEqual({
          answers: ["42", "48"],
          stdout: "from exec\n",
          exitCode: 0,
          written: "from spawn\n",
          spawnExit: 4,
          echoed: "back\n",
          length: 32 * 65_536,
          aborted: "enough",
          isSamePage: true,
          code: "snapshot_not_found",
        });
      },
    );
  });
});
