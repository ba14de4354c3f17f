import type { ExecEvent } from "@forkd/sdk";
import { countUnfinished } from "../../results/unfinished-character.ts";

type Stream = "stdout" | "stderr";

/** What was read of a command, up to a limit. */
export class CommandOutput {
  readonly #parts = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  readonly #limit: number;
  #bytes = 0;
  /** The stream that wrote last, and how many bytes since the other did. */
  #last: { readonly type: Stream; readonly bytes: number } | undefined;
  #nextOffset: number | null;
  #exitCode: number | null = null;

  constructor(offset: number | null, limit: number) {
    this.#nextOffset = offset;
    this.#limit = limit;
  }

  /** False when there is no place for more. */
  take(event: ExecEvent): boolean {
    if (event.type === "start") this.#nextOffset = event.offset;
    else if (event.type === "exit") this.#exitCode = event.exitCode;
    else {
      const room = this.#limit - this.#bytes;
      const data = event.data.subarray(0, room);
      this.#parts[event.type].push(data);
      this.#bytes += data.length;
      this.#last = {
        type: event.type,
        bytes: data.length + (this.#last?.type === event.type ? this.#last.bytes : 0),
      };
      const left = event.data.length - data.length;
      this.#nextOffset = event.nextOffset === null ? null : event.nextOffset - left;
      return left === 0;
    }
    return true;
  }

  /** It ends with a whole character, as long as what is held back for that can be read later. */
  read() {
    const bytes = { stdout: Buffer.concat(this.#parts.stdout), stderr: Buffer.concat(this.#parts.stderr) };
    const held = this.#countHeld(bytes);
    const textOf = (type: Stream): string =>
      bytes[type].toString("utf8", 0, bytes[type].length - (this.#last?.type === type ? held : 0));
    return {
      stdout: textOf("stdout"),
      stderr: textOf("stderr"),
      exit_code: this.#exitCode,
      next_offset: this.#nextOffset === null ? null : this.#nextOffset - held,
    };
  }

  #countHeld(bytes: Readonly<Record<Stream, Uint8Array>>): number {
    if (this.#last === undefined || this.#exitCode !== null || this.#nextOffset === null) return 0;
    const held = countUnfinished(bytes[this.#last.type]);
    // What began before the other stream wrote cannot be asked for alone.
    if (held > this.#last.bytes) return 0;
    // Whoever asks for less than a character would never get on.
    return held === this.#limit ? 0 : held;
  }
}
