import { mkdir, mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageId, ImageInfo } from "@forkd/contract";
import { expect, test } from "vitest";
import { result, serveRoutes } from "../../test/recording-daemon.ts";
import { snapshotReply } from "../../test/replies.ts";
import { forkd } from "../../test/run-forkd.ts";

const IMAGE: ImageInfo = {
  id: "0".repeat(64) as ImageId,
  names: ["py-numpy"],
  recipe: { suite: "bookworm", packages: [], files: [], script: null, size_mib: 2048 },
  size_bytes: 1,
  physical_bytes: 1,
  created_at_unix: 1,
  cached: true,
};
const NOWHERE = "http://127.0.0.1:9";

test("recipes are listed by what they are for, without a daemon", async () => {
  const { stdout, status } = await forkd(NOWHERE, "recipe", "list");
  expect(stdout).toMatch(/^TO +RECIPE +PORTS +DEMO\n/);
  expect(stdout).toMatch(/run numpy code in forks that have it imported +py-numpy +- +yes/);
  expect(status).toBe(0);
});

test("a recipe is shown with its packages and its place", async () => {
  const { stdout } = await forkd(NOWHERE, "recipe", "show", "py-numpy", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    name: "py-numpy",
    packages: ["python3-numpy"],
    memory_mib: 256,
  });
  expect((await forkd(NOWHERE, "recipe", "show", "no-such")).stderr).toContain(", py-node, py-numpy");
});

test("a new recipe is a copy with a name of its own, and takes the place of nothing", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-new-"));
  const dir = join(place.path, "mine");
  expect((await forkd(NOWHERE, "recipe", "new", dir)).status).toBe(0);
  expect(await readFile(join(dir, "forkd.toml"), "utf8")).toMatch(/^name = "mine"\n/);
  expect((await forkd(NOWHERE, "recipe", "show", dir, "--json")).stdout).toContain(`"${dir}/demo.ts"`);
  const again = await forkd(NOWHERE, "recipe", "new", dir);
  expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining("is there already") as string });
  const odd = await forkd(NOWHERE, "recipe", "new", join(place.path, "my recipe"));
  expect(odd.stderr).toContain("my recipe is no name of a recipe");
});

/** A recipe whose demo says what it is told. */
async function writeRecipe(dir: string, demo: string): Promise<void> {
  await mkdir(dir);
  await writeFile(join(dir, "forkd.toml"), `name = "own"\ndemo = "demo.ts"\n[snapshot]\nenv = { A = "b" }`);
  await writeFile(join(dir, "demo.ts"), demo);
}

const DEMO = `import { Forkd } from "@forkd/sdk";
await using forkd: Forkd = new Forkd();
const { FORKD_RECIPE_TAG: tag = "", A } = process.env;
console.log((await forkd.snapshots.get(tag)).tag, A, process.argv[2]);
process.exitCode = 7;`;

test("a demo outside of the installation has the SDK, the snapshot's tag, arguments, and a status", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-demo-"));
  await using daemon = await serveRoutes({
    "GET /v1/snapshots/own": { json: snapshotReply({ tag: "own" }) },
  });
  const dir = join(place.path, "own");
  await writeRecipe(dir, DEMO);
  const ran = await forkd(daemon.url, "recipe", "run", dir, "more");
  expect(ran).toEqual({ stdout: "own b more\n", stderr: "", status: 7 });
});

test("a snapshot that is there is not made again, and not taken for another", async () => {
  await using daemon = await serveRoutes({
    "GET /v1/snapshots/py-numpy": { json: snapshotReply({ tag: "py-numpy" }) },
    "DELETE /v1/snapshots/py-numpy": { json: { removed: ["py-numpy"] } },
    "POST /v1/images": result(IMAGE),
    "POST /v1/snapshots": result(snapshotReply({ tag: "py-numpy" })),
  });
  const build = (...args: string[]) => forkd(daemon.url, "recipe", "build", "py-numpy", ...args);
  expect((await build()).stdout).toBe("snapshot py-numpy was there already\n");
  const other = await build("-e", "A=b");
  expect(other).toMatchObject({ status: 4, stderr: expect.stringContaining("--replace") as string });
  expect(daemon.requests.every(({ route }) => route.startsWith("GET "))).toBe(true);
  expect((await build("-e", "A=b", "--replace")).status).toBe(0);
  expect(daemon.requests.at(-1)?.body).toMatchObject({ tag: "py-numpy", env: { A: "b" } });
});
