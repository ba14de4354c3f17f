import { execFileSync } from "node:child_process";
import { chown, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { calm } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

it("names the owners of what it lists, and tells the numbers of those that have no name", async ({
  skip,
}) => {
  const { username, uid, gid } = userInfo();
  skip(uid !== 0, "files can be given away by root alone");
  const nobody = Number(execFileSync("id", ["-u", "nobody"]));
  const owners = { mine: [uid, gid], other: [nobody, 54_322], unknown: [54_321, 54_322] } as const;
  const path = use.fixture.directory;
  for (const [name, [owner, group]] of Object.entries(owners)) {
    await writeFile(join(path, name), "");
    await chown(join(path, name), owner, group);
  }
  const found = await Array.fromAsync(use.agent.files.list({ path, depth: 1 }, calm));
  const told = Object.fromEntries(found.map((file) => [file.path, [file.owner, file.group]]));
  expect(told).toMatchObject({
    mine: [username, String(execFileSync("id", ["-gn"])).trim()],
    other: ["nobody", "54322"],
    unknown: ["54321", "54322"],
  });
});
