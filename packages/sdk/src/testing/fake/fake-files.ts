import type { FileInfo } from "../../api.gen.ts";
import type { FakeHandlers } from "./fake-operation.ts";
import { refusal } from "./refusal.ts";

interface Entry {
  /** Undefined for a directory. */
  readonly content: Uint8Array | undefined;
  readonly mode: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const DIRECTORY: Entry = { content: undefined, mode: "0755", metadata: {} };

/** The files of one sandbox, in memory. */
export class FakeFiles {
  readonly #entries: Map<string, Entry>;

  constructor(from?: FakeFiles) {
    this.#entries = new Map(from ? from.#entries : [["/", DIRECTORY]]);
  }

  /** Throws `guest_file_not_found`. */
  read(path: string): Uint8Array {
    const { content } = this.#find(path);
    if (content === undefined) throw refusal(422, "guest_refused", `${path} is a directory`);
    return content;
  }

  /** Makes the directories above it, too. */
  write(path: string, content: Uint8Array, mode = "0644", metadata: Entry["metadata"] = {}): void {
    this.makeDir(parentOf(path));
    this.#entries.set(path, { content, mode, metadata });
  }

  /** False when it was there. */
  makeDir(path: string): boolean {
    const isNew = !this.#entries.has(path);
    if (isNew && path !== "/") this.makeDir(parentOf(path));
    if (isNew) this.#entries.set(path, DIRECTORY);
    return isNew;
  }

  rename(from: string, to: string): void {
    this.#find(from);
    this.makeDir(parentOf(to));
    for (const [path, entry] of this.#below(from)) {
      this.#entries.delete(path);
      this.#entries.set(to + path.slice(from.length), entry);
    }
  }

  remove(path: string): void {
    this.#find(path);
    for (const [each] of this.#below(path)) this.#entries.delete(each);
  }

  list(path: string, depth: number): FileInfo[] {
    this.#find(path);
    const prefix = path === "/" ? "/" : `${path}/`;
    const below = [...this.#entries.keys()].filter((each) => each !== path && each.startsWith(prefix));
    const near = below.filter((each) => each.slice(prefix.length).split("/").length <= depth);
    return near.map((each) => this.describe(each));
  }

  describe(path: string): FileInfo {
    const { content, mode, metadata } = this.#find(path);
    return {
      name: path.split("/").at(-1)!,
      path,
      type: content === undefined ? "dir" : "file",
      size: content?.length ?? 0,
      mode,
      uid: 0,
      gid: 0,
      owner: "root",
      group: "root",
      modifiedAtUnixMs: 0,
      symlinkTarget: null,
      metadata,
    };
  }

  #find(path: string): Entry {
    const entry = this.#entries.get(path);
    if (entry === undefined) throw refusal(404, "guest_file_not_found", `there is no ${path} in the guest`);
    return entry;
  }

  #below(path: string): [string, Entry][] {
    return [...this.#entries].filter(([each]) => each === path || each.startsWith(`${path}/`));
  }
}

const parentOf = (path: string): string => path.replace(/\/[^/]*$/, "") || "/";

/** What is answered about files. */
export function answerFiles(filesOf: (id: string) => FakeFiles): FakeHandlers {
  return {
    readFile: ({ params, query }) => filesOf(params["id"]!).read(query["path"]!),
    writeFile: ({ params, query, queries, content }) => {
      const files = filesOf(params["id"]!);
      const { path = "", append, offset, mode } = query;
      if (append === "true" || offset !== undefined) {
        const before = files.read(path);
        const at = offset === undefined ? before.length : Number(offset);
        const { metadata } = files.describe(path);
        files.write(path, overwrite(before, at, content), mode, metadata);
      } else files.write(path, content, mode, parsePairs(queries["meta"]));
      return { bytes: content.length };
    },
    getFileInfo: ({ params, query }) => filesOf(params["id"]!).describe(query["path"]!),
    listFiles: ({ params, query }) =>
      filesOf(params["id"]!).list(query["path"]!, Number(query["depth"] ?? 1)),
    makeDirectory: ({ params, body }) => ({ created: filesOf(params["id"]!).makeDir(body.path) }),
    moveFile: ({ params, body }) => {
      const files = filesOf(params["id"]!);
      files.rename(body.from, body.to);
      return files.describe(body.to);
    },
    removeFile: ({ params, query }) => {
      filesOf(params["id"]!).remove(query["path"]!);
      return {};
    },
  };
}

function parsePairs(pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => /^([^=]*)=(.*)$/s.exec(pair)!.slice(1) as [string, string]));
}

function overwrite(before: Uint8Array, at: number, content: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.max(before.length, at + content.length));
  whole.set(before);
  whole.set(content, at);
  return whole;
}
