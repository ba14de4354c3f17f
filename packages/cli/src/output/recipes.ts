import type { Recipe } from "../recipes/recipe.ts";
import { printTable } from "./table.ts";

export function printRecipes(recipes: readonly Recipe[]): void {
  printTable(recipes, [
    { head: "TO", cell: ({ problem }) => problem ?? "-" },
    { head: "RECIPE", cell: ({ name }) => name },
    { head: "PORTS", cell: ({ ports }) => ports.join(", ") || "-" },
    { head: "DEMO", cell: ({ demo }) => (demo === undefined ? "-" : "yes") },
  ]);
}

/** A recipe as JSON; the contents of its files are where the files are. */
export function describeRecipe({ name, directory, description, problem, ...recipe }: Recipe) {
  const { suite, packages = [], files = [] } = recipe.image;
  return {
    name,
    directory,
    problem: problem ?? null,
    description: description ?? null,
    suite,
    packages,
    files: files.map(({ path }) => path),
    ports: recipe.ports,
    demo: recipe.demo ?? null,
    memory_mib: recipe.snapshot.memoryMib,
    vcpus: recipe.snapshot.vcpus,
    env: recipe.snapshot.env ?? {},
  };
}

/** A recipe as names and values. */
export function recipeFacts(recipe: Recipe): (readonly [name: string, value: string])[] {
  const { directory, problem, description, suite, packages, files, ports, demo, memory_mib, vcpus, env } =
    describeRecipe(recipe);
  return [
    ["recipe", recipe.name],
    ["to", problem ?? "-"],
    ["what", description ?? "-"],
    ["image", `${suite}: ${packages.join(" ") || "no packages"}`],
    ["files", files.join(" ") || "-"],
    ["machine", `${memory_mib} MiB, vCPUs: ${vcpus}`],
    ["env", Object.keys(env).join(" ") || "-"],
    ["ports", ports.join(" ") || "-"],
    ["demo", demo ?? "-"],
    ["in", directory],
  ];
}
