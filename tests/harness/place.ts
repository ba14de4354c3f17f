import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** What is installed in a place, by its path in there. */
const LINKS = {
  "bin/forkd": "bin/forkd",
  // That of the distribution, which has the packages that our client needs.
  "bin/python3": "/usr/bin/python3",
  "node_modules/@forkd/sdk": "packages/sdk",
  "node_modules/@e2b/code-interpreter": "node_modules/@e2b/code-interpreter",
  "node_modules/vitest": "node_modules/vitest",
  "node_modules/.bin/vitest": "node_modules/vitest/vitest.mjs",
  "node_modules/.bin/node": "node_modules/.bin/node",
  "site-packages/forkd": "python/forkd/src/forkd",
};

/** Our packages are not built here: Vitest takes their sources, as Node does by its option. A busy host takes its time. */
const VITEST_CONFIG = `const ssr = { resolve: { conditions: ["@forkd/source", "module", "node", "development|production"] } };
export default { ssr, test: { testTimeout: 120_000 } };
`;

/**
 * Makes a directory one in which `forkd` and our packages are installed, for npm's programs and for Python's. Gives the
 * environment for what runs in it.
 */
export function preparePlace(place: string): Readonly<Record<string, string>> {
  for (const [name, source] of Object.entries(LINKS)) {
    mkdirSync(dirname(join(place, name)), { recursive: true });
    symlinkSync(resolve(ROOT, source), join(place, name));
  }
  writeFileSync(join(place, "vitest.config.mjs"), VITEST_CONFIG);
  describePythonPackage(join(place, "site-packages"));
  return {
    PATH: `${join(place, "bin")}:${process.env["PATH"] ?? ""}`,
    PYTHONPATH: join(place, "site-packages"),
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

/** What an installer notes of a package: pytest finds our plugin by it. */
function describePythonPackage(site: string): void {
  const project = readFileSync(join(ROOT, "python/forkd/pyproject.toml"), "utf8");
  const [, plugins = ""] = /^\[project\.entry-points\.pytest11\]\n((?:.+\n)+)/m.exec(project) ?? [];
  const note = join(site, "forkd-0.dist-info");
  mkdirSync(note);
  writeFileSync(join(note, "METADATA"), "Metadata-Version: 2.1\nName: forkd\nVersion: 0\n");
  writeFileSync(join(note, "entry_points.txt"), `[pytest11]\n${plugins.replaceAll('"', "")}`);
}
