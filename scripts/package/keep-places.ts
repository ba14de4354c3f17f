import { readFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { OnLoadResult, Plugin } from "esbuild";

/** A path beside a source, in the two ways that our sources name one. */
const PLACE = /new URL\("([^"]+)", import\.meta\.url\)|resolve\(import\.meta\.dirname, "([^"]+)"\)/g;
/** What means the program itself, wherever it is. */
const SELF = /(?:createRequire\(|parentURL: )import\.meta\.url/g;

export interface Places {
  readonly root: string;
  /** Programs that are built, by their source's path: the names of what becomes of them. */
  readonly programs: ReadonlyMap<string, string>;
  /** Everything else that sources name, by its path below the root. It must be below the root of the package too. */
  readonly named: Set<string>;
}

/**
 * Has sources that name files beside them find these from `dist/`, where all of them end up in files of other names: a
 * program there too, everything else where it is in the repository. Fails where a source says it in another way.
 */
export function keepPlaces(places: Places): Plugin {
  return {
    name: "keep-places",
    setup: (build) =>
      build.onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, async ({ path }) =>
        load(path, await readFile(path, "utf8"), places),
      ),
  };
}

function load(path: string, text: string, places: Places): OnLoadResult | undefined {
  if (!text.includes("import.meta.")) return undefined;
  const left = text.replaceAll(PLACE, "").replaceAll(SELF, "");
  if (left.includes("import.meta.")) {
    return { errors: [{ text: `${path} names its place in a way that a build cannot keep` }] };
  }
  const contents = text.replaceAll(PLACE, (_all, url: string | undefined, file: string | undefined) => {
    const place = findPlace(resolve(dirname(path), url ?? file ?? ""), places);
    return url === undefined
      ? `resolve(import.meta.dirname, ${JSON.stringify(place)})`
      : `new URL(${JSON.stringify(place)}, import.meta.url)`;
  });
  return {
    contents: contents.replaceAll('require("string-width")', 'require("./string-width.js")'),
    loader: "ts",
  };
}

/** Seen from `dist/`. */
function findPlace(path: string, { root, programs, named }: Places): string {
  const below = relative(root, path);
  const program = programs.get(below);
  if (program !== undefined) return `./${program}.js`;
  named.add(below);
  return `../${below}`;
}
