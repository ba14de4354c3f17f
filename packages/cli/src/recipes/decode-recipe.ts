import { TableReader } from "./table-reader.ts";
import type { RecipeSnapshot } from "./recipe.ts";

/** What `recipe.toml` says, its files still named by paths relative to it. */
export interface RecipeDocument {
  readonly name: string;
  readonly description: string | undefined;
  readonly image: {
    readonly suite: string | undefined;
    readonly packages: readonly string[] | undefined;
    readonly sizeMib: number | undefined;
    /** A path, relative to the recipe. */
    readonly script: string | undefined;
    readonly files: readonly { from: string; to: string; mode: string | undefined }[];
  };
  readonly snapshot: RecipeSnapshot;
}

/** Checks a parsed `recipe.toml`. Throws a usage error that names the field; unknown fields are refused. */
export function decodeRecipe(document: unknown, path: string): RecipeDocument {
  const root = new TableReader(document, path, "");
  const recipe = {
    name: root.required("name", root.string("name")),
    description: root.string("description"),
    image: decodeImage(root.table("image")),
    snapshot: decodeSnapshot(root.table("snapshot")),
  };
  root.refuseUnknown();
  return recipe;
}

function decodeImage(table: TableReader): RecipeDocument["image"] {
  const image = {
    suite: table.string("suite"),
    packages: table.strings("packages"),
    sizeMib: table.number("size_mib"),
    script: table.string("script"),
    files: table.tables("files").map((file) => {
      const entry = {
        from: file.required("from", file.string("from")),
        to: file.required("to", file.string("to")),
        mode: file.string("mode"),
      };
      file.refuseUnknown();
      return entry;
    }),
  };
  table.refuseUnknown();
  return image;
}

function decodeSnapshot(table: TableReader): RecipeSnapshot {
  const snapshot = {
    memoryMib: table.number("memory_mib"),
    vcpus: table.number("vcpus"),
    timeoutSecs: table.number("timeout_secs"),
    env: table.stringMap("env"),
    ready: shell(table.string("ready")),
    warm: table.tables("warm").map(decodeWarmStep),
  };
  table.refuseUnknown();
  return snapshot;
}

function decodeWarmStep(table: TableReader): NonNullable<RecipeSnapshot["warm"]>[number] {
  const [command, service, python, node] = ["command", "service", "python", "node"].map((kind) =>
    table.string(kind),
  );
  table.refuseUnknown();
  if (command !== undefined) return { kind: "command", args: ["sh", "-c", command] };
  if (service !== undefined) return { kind: "service", args: ["sh", "-c", service] };
  if (python !== undefined) return { kind: "python", code: python };
  if (node !== undefined) return { kind: "node", code: node };
  throw table.problem("needs one of command, service, python, node");
}

function shell(command: string | undefined): readonly string[] | undefined {
  return command === undefined ? undefined : ["sh", "-c", command];
}
