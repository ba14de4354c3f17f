import { mkdir, mkdtemp, mkdtempDisposable, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { decodeRecipe } from "./decode-recipe.ts";
import { INSTALLATION } from "../environment.ts";
import { findRecipe, listRecipes, requireRecipe } from "./load-recipe.ts";
import { listRecipeFiles } from "./recipe-files.ts";

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
    join(dir, "forkd.toml"),
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
  expect(() => decodeRecipe(document, "forkd.toml")).toThrow(message);
});

test("a directory that is named as a file brings all that is below it, in order", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-recipe-"));
  const dir = place.path;
  await mkdir(join(dir, "sql/more"), { recursive: true });
  await writeFile(join(dir, "sql/b.sql"), "2");
  await writeFile(join(dir, "sql/a.sql"), "1");
  await writeFile(join(dir, "sql/more/c.sql"), "3");
  await writeFile(
    join(dir, "forkd.toml"),
    'name = "x"\n[image]\nfiles = [{ from = "sql", to = "/sql", mode = "0600" }]',
  );
  const { image } = await requireRecipe(dir);
  expect(image.files?.map(({ path, mode }) => `${path} ${mode}`)).toEqual([
    "/sql/a.sql 0600",
    "/sql/b.sql 0600",
    "/sql/more/c.sql 0600",
  ]);
});

test("more files than an image takes are told by their number", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-recipe-"));
  const many = Array.from({ length: 257 }, (_, index) => writeFile(join(place.path, `${index}`), ""));
  await Promise.all(many);
  await expect(listRecipeFiles(place.path, [{ from: ".", to: "/x" }])).rejects.toThrow("names 257 files");
});

test("a recipe.toml is read where there is no forkd.toml", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-recipe-"));
  await writeFile(join(place.path, "recipe.toml"), 'name = "older"');
  expect((await requireRecipe(place.path)).name).toBe("older");
  await writeFile(join(place.path, "forkd.toml"), 'name = "newer"');
  expect((await requireRecipe(place.path)).name).toBe("newer");
});

test("the table of recipes has every one of them, by what it is for", async () => {
  const readme = await readFile(join(INSTALLATION.recipesDir, "README.md"), "utf8");
  for (const { name, problem, demo } of await Promise.all((await listRecipes()).map(requireRecipe))) {
    expect(readme).toContain(`| ${problem} | [${name}](${name}/README.md) |`);
    expect(demo).toBeDefined();
  }
});

test("a name that is neither a recipe nor a path is no recipe", async () => {
  expect(await findRecipe("no-such-recipe")).toBeUndefined();
  await expect(findRecipe("./no-such-dir")).rejects.toThrow("there is no forkd.toml");
});
