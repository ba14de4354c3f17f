import { readFileSync, realpathSync, statSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { contextsPath } from "../environment.ts";
import { waitForLock } from "../lock.ts";

/** A daemon that a name stands for. */
export interface Context {
  readonly url: string;
  readonly token?: string | undefined;
}

/** What is known by name, and which of them is meant unless told. */
export interface Contexts {
  readonly current: string | undefined;
  readonly byName: ReadonlyMap<string, Context>;
  /** Whether other users can read the file. */
  readonly isShared: boolean;
}

/** What of them can be changed. */
export type ContextChange = Omit<Contexts, "isShared">;

const NONE: Contexts = { current: undefined, byName: new Map(), isShared: false };
/** How long somebody else's change is waited for. */
const LOCK_TIMEOUT_MS = 10_000;

/** Reads the user's contexts; none where there is no file. Throws when it is damaged. */
export function readContexts(): Contexts {
  const path = contextsPath();
  try {
    const isShared = (statSync(path).mode & 0o077) !== 0;
    return { ...parseContexts(JSON.parse(readFileSync(path, "utf8")) as unknown), isShared };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return NONE;
    const hint = "mend it, or remove it and make contexts anew: forkd context create";
    throw new CliError("contexts_unreadable", `${path} cannot be read`, {
      hint,
      cause,
      exitCode: EXIT.failure,
    });
  }
}

function parseContexts(value: unknown): ContextChange {
  const { current, contexts } = value as { current?: unknown; contexts?: unknown };
  if (typeof contexts !== "object" || contexts === null) throw new Error("it has no contexts");
  const byName = new Map(Object.entries(contexts).map(([name, one]) => [name, parseContext(name, one)]));
  // Also one that is not known: to take another daemon for it would do there what was meant for here.
  return { current: typeof current === "string" ? current : undefined, byName };
}

function parseContext(name: string, value: unknown): Context {
  const { url, token } = (value ?? {}) as { url?: unknown; token?: unknown };
  if (typeof url !== "string" || !(token === undefined || typeof token === "string"))
    throw new Error(`the context ${name} has no url`);
  return { url, token };
}

/** Changes them, with nobody else's change between. What `change` throws leaves them as they are. */
export async function changeContexts(change: (contexts: Contexts) => ContextChange): Promise<void> {
  await using _ = await waitForLock(contextsPath(), AbortSignal.timeout(LOCK_TIMEOUT_MS));
  await writeContexts(change(readContexts()));
}

/** Writes them, readable by nobody else, since tokens are in it: the whole file or nothing. */
async function writeContexts({ current, byName }: ContextChange): Promise<void> {
  await mkdir(dirname(contextsPath()), { recursive: true, mode: 0o700 });
  const path = followLink(contextsPath());
  const temporary = `${path}.${process.pid}`;
  try {
    await using file = await open(temporary, "wx", 0o600);
    const contexts = Object.fromEntries(byName);
    await file.writeFile(`${JSON.stringify({ current, contexts }, null, 2)}\n`);
    await file.sync();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What a link leads to, so that it stays one; of a path where nothing is, that path. */
function followLink(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return path;
    throw error;
  }
}

/** The context of a name. Throws `not_found` with those that there are. */
export function requireContext({ byName }: ContextChange, name: string): Context {
  const context = byName.get(name);
  if (context !== undefined) return context;
  const known = [...byName.keys()].join(", ");
  const hint = known === "" ? "make one: forkd context create NAME --url URL" : `known contexts: ${known}`;
  throw new CliError("context_not_found", `there is no context ${name}`, { hint, exitCode: EXIT.notFound });
}
