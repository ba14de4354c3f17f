import type { ProgressOptions } from "@forkd/core";
import { STEP_MARK } from "./hooks.ts";

type Step = Parameters<ProgressOptions["onProgress"]>[0];

const UPDATE_MS = 250;

const PHASES: readonly { readonly begins: string; readonly step: string; readonly message: string }[] = [
  { begins: "I: running apt-get update", step: "index", message: "reading the package index" },
  { begins: "I: downloading packages", step: "download", message: "downloading the base packages" },
  { begins: "I: extracting archives", step: "unpack", message: "unpacking the base packages" },
  { begins: `${STEP_MARK} resolve`, step: "resolve", message: "resolving the packages" },
  { begins: "I: installing essential", step: "base", message: "installing the base packages" },
  { begins: "I: installing remaining", step: "packages", message: "installing the packages" },
  { begins: `${STEP_MARK} files`, step: "files", message: "writing the extra files" },
  { begins: `${STEP_MARK} script`, step: "script", message: "running the script" },
  { begins: `${STEP_MARK} finish`, step: "finish", message: "cleaning the root" },
];

/** Reads the output of mmdebstrap, apt and dpkg, and tells of it, at most four times a second within a step. */
export class BuildProgress {
  readonly #tell: (step: Step) => void;
  #phase = { step: "index", message: "reading the package index" };
  #total = 0;
  #counts = { Get: 0, Unpacking: 0, Setting: 0 };
  #toldAt = -Infinity;

  constructor(tell: (step: Step) => void) {
    this.#tell = tell;
  }

  /** The stable name of the step that runs. */
  get step(): string {
    return this.#phase.step;
  }

  read(line: string): void {
    const phase = PHASES.find(({ begins }) => line.startsWith(begins));
    if (phase !== undefined) return this.begin(phase.step, phase.message);
    const installed = /^\d+ upgraded, (\d+) newly installed/.exec(line);
    if (installed?.[1] !== undefined) return this.#expect(Number(installed[1]));
    const event = /^(Get|Unpacking|Setting)(?::\d+| up | )/.exec(line)?.[1];
    if (event === "Get" || event === "Unpacking" || event === "Setting") this.#count(event);
  }

  begin(step: string, message: string): void {
    this.#phase = { step, message };
    this.#toldAt = performance.now();
    this.#tell(this.#phase);
  }

  #expect(total: number): void {
    this.#total = total;
    this.#counts = { Get: 0, Unpacking: 0, Setting: 0 };
  }

  #count(event: keyof typeof VERBS): void {
    if (this.#phase.step === "index") return;
    const done = ++this.#counts[event];
    const now = performance.now();
    if (now - this.#toldAt < UPDATE_MS) return;
    this.#toldAt = now;
    const total = Math.max(this.#total, done);
    this.#tell({
      step: this.#phase.step,
      message: `${VERBS[event]} ${done} of ${total} packages`,
      done,
      total,
    });
  }
}

const VERBS = { Get: "downloading", Unpacking: "unpacking", Setting: "configuring" } as const;
