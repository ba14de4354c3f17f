import { readFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createOpenApiDocument } from "@forkd/contract";
import { renderApiModule } from "./generate/api-module.ts";
import { renderErrorCatalogue } from "./generate/error-catalogue.ts";
import { renderPythonPackage } from "./generate/python/package.ts";
import { renderRecipeSchema } from "./generate/recipe-schema.ts";
import { runWithSources } from "./generate/run-with-sources.ts";

const REPOSITORY = resolve(import.meta.dirname, "..");

/** Every generated file, by its path in the repository. */
async function renderAll(): Promise<Map<string, string>> {
  const { version } = JSON.parse(await readFile(join(REPOSITORY, "package.json"), "utf8")) as {
    version: string;
  };
  const [helps, e2b, mcp, parity] = await Promise.all(
    ["print-cli-helps.ts", "print-e2b-reference.ts", "print-mcp-reference.ts", "print-parity.ts"].map(
      runWithSources,
    ),
  );
  return new Map([
    ["packages/sdk/src/api.gen.ts", await renderApiModule()],
    ["packages/cli/src/help/helps.gen.json", helps!],
    ["docs/reference/openapi.json", `${JSON.stringify(createOpenApiDocument(version), null, 2)}\n`],
    ["docs/reference/errors.md", renderErrorCatalogue()],
    ["docs/reference/e2b.md", e2b!],
    ["docs/reference/mcp.md", mcp!],
    ["docs/reference/parity.md", parity!],
    ["docs/reference/recipe.schema.json", renderRecipeSchema()],
    ...(await renderPythonPackage(REPOSITORY, version)),
  ]);
}

async function isStale(file: string, content: string): Promise<boolean> {
  try {
    return (await readFile(file, "utf8")) !== content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw error;
  }
}

const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, root: { type: "string", default: REPOSITORY } },
});
for (const [path, content] of await renderAll()) {
  const file = join(values.root, path);
  if (!(await isStale(file, content))) continue;
  if (values.check) {
    console.error(`stale: ${path} (mend: npm run generate)`);
    process.exitCode = 1;
    continue;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  console.log(`wrote ${path}`);
}
