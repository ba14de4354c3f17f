import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { extname, resolve } from "node:path";
import { usageError } from "../cli-error.ts";
import { demoEnvironment } from "../environment.ts";
import type { DaemonPlace } from "../contexts/find-daemon.ts";

interface Demo {
  readonly args: readonly string[];
  /** The snapshot that it forks. */
  readonly tag: string;
  readonly place: DaemonPlace;
  /** The variables of its machines, which tell it their names and passwords. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const RESOLVER = resolve(import.meta.dirname, "resolve-sdk.ts");

const NODE = [
  process.execPath,
  "--conditions=@forkd/source",
  `--import=${RESOLVER}`,
  "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
  // That types can be stripped by a call is still one.
  "--disable-warning=ExperimentalWarning",
];

/** What runs a program of a kind. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  ".ts": NODE,
  ".mjs": NODE,
  ".py": ["python3"],
  ".sh": ["sh"],
};

/** Runs a demo to its end, and gives its exit status. An interrupt is passed on to it, and it is waited for. */
export async function runDemo(path: string, { args, tag, place, env, signal }: Demo): Promise<number> {
  const [program, ...first] = RUNNERS[extname(path)] ?? [];
  if (program === undefined) {
    throw usageError(`${path} cannot be run`, `a demo ends with ${Object.keys(RUNNERS).join(", ")}`);
  }
  const child = spawn(program, [...first, path, ...args], {
    stdio: "inherit",
    env: demoEnvironment({ ...env, FORKD_RECIPE_TAG: tag }, place),
  });
  const stop = (): void => void child.kill("SIGINT");
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [status, name] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return status ?? 128 + (name === null ? 0 : constants.signals[name]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
