import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { printNote } from "../output/print.ts";
import { toSafeText } from "../output/text.ts";

const MAX_MESSAGE = 2000;
/** Files changed while they were read: what a running machine does (tar's manual, "Return Status"). */
const SOME_DIFFER = 1;
const ABOUT_THE_REST = /^tar: (?:Exiting with failure status|Error is not recoverable)/;

/** What a tar says until its end. */
export class TarNotes {
  readonly #where: string;
  #said = "";

  constructor(where: string) {
    this.#where = where;
  }

  add(chunk: Uint8Array): void {
    this.#said = (this.#said + Buffer.from(chunk).toString()).slice(-MAX_MESSAGE);
  }

  /** As `settle`, for one that packed: that a file changed meanwhile is worth a note, and no failure. */
  settlePacking(status: number | null): void {
    if (status !== SOME_DIFFER) return this.settle(status);
    printNote(`note: on ${this.#where}: ${toSafeText(this.#lines().join("; "))}`);
  }

  /** Throws with what it said unless it ended well. */
  settle(status: number | null): void {
    if (status === 0) return;
    const end = status === null ? "a signal" : `status ${status}`;
    const said = this.#lines().join("\n  ") || `it ended with ${end}`;
    throw new CliError("tar_failed", `tar failed on ${this.#where}: ${said}`, {
      hint: "check the paths, the rights, and the space that is left on both sides",
    });
  }

  #lines(): string[] {
    return this.#said
      .trim()
      .split("\n")
      .filter((line) => line !== "" && !ABOUT_THE_REST.test(line));
  }
}

export function tarMissing(cause: Error): CliError {
  return new CliError("tar_unavailable", "directories are copied by tar, and it cannot be run on this host", {
    hint: "install tar",
    exitCode: EXIT.hostLacks,
    cause,
  });
}
