import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeRecipe } from "./decode-recipe.ts";
import { findRecipe, listRecipes } from "./load-recipe.ts";

test("every recipe that comes with forkd is whole and named as its directory", async () => {
  const names = await listRecipes();
  expect(names).toContain("py-numpy");
  const recipes = await Promise.all(names.map((name) => findRecipe(name)));
  expect(recipes.map((recipe) => recipe?.name)).toEqual(names);
});

test("a directory's recipe brings its files and its script", async () => {
  const dir = await mkdtemp(join(tmpdir(), "forkd-recipe-"));
  await using _ = { [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
  await writeFile(join(dir, "setup.sh"), "echo hello\n");
  await writeFile(join(dir, "hook"), "#!/bin/sh\n", { mode: 0o755 });
  await writeFile(
    join(dir, "recipe.toml"),
    `name = "mine"
     [image]
     script = "setup.sh"
     files = [{ from = "hook", to = "/etc/forkd/on-fork.d/hook" }]
     [snapshot]
     ready = "true"
     warm = [{ command = "make" }, { service = "sleep 9" }, { node = "1" }]`,
  );
  const recipe = await findRecipe(`${dir}/`);
  expect(recipe?.image).toMatchObject({
    script: "echo hello\n",
    files: [{ path: "/etc/forkd/on-fork.d/hook", mode: "0755", contentBase64: "IyEvYmluL3NoCg==" }],
  });
  expect(recipe?.snapshot).toMatchObject({
    ready: ["sh", "-c", "true"],
    warm: [
      { kind: "command", args: ["sh", "-c", "make"] },
      { kind: "service", args: ["sh", "-c", "sleep 9"] },
      { kind: "node", code: "1" },
    ],
  });
});

test.each([
  [{}, "name is missing"],
  [
    { name: "x", image: { pakages: [] } },
    "image.pakages is not known: did you mean packages? (known: files, ",
  ],
  [{ name: "x", image: { packages: "numpy" } }, "image.packages must be a list of strings"],
  [{ name: "x", snapshot: { memory_mib: "256" } }, "snapshot.memory_mib must be a number"],
  [{ name: "x", snapshot: { warm: [{ ruby: "1" }] } }, "snapshot.warm[0].ruby is not known"],
  [{ name: "x", snapshot: { warm: [{}] } }, "snapshot.warm[0] needs one of"],
  [
    { name: "x", snapshot: { warm: [{ python: "1", node: "1" }] } },
    "one of command, service, python, node, and only one",
  ],
  [{ name: "x", snapshot: { warm: "make" } }, "snapshot.warm must be a list of tables"],
  [{ name: "x", snapshot: { env: { A: 1 } } }, "snapshot.env.A must be a string"],
  [
    { name: "x", snapshot: { env: { "A B": "" } } },
    'snapshot.env."A B" is not a name of an environment variable',
  ],
  [{ name: "x", snapshot: { memory_mib: 8 } }, "snapshot.memory_mib must be from 96 to 65536, and is 8"],
  [{ name: "x", image: { files: [{ from: "a", to: "b" }] } }, "image.files[0].to must be an absolute path"],
  [{ name: "x y", snapshot: { vcpus: 0 } }, 'and is "x y"; snapshot.vcpus must be from 1 to 32'],
])("%j is refused by name", (document, message) => {
  expect(() => decodeRecipe(document, "recipe.toml")).toThrow(message);
});

test("a name that is neither a recipe nor a path is no recipe", async () => {
  expect(await findRecipe("no-such-recipe")).toBeUndefined();
  await expect(findRecipe("./no-such-dir")).rejects.toThrow("there is no recipe.toml");
});
