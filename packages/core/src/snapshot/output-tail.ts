const KEPT_LINES = 20;
const KEPT_BYTES = 16_384;

/** The last lines that a command wrote; memory for no more than those. */
export class OutputTail {
  #text = "";

  add(data: Buffer): void {
    this.#text = (this.#text + data.toString()).slice(-KEPT_BYTES);
  }

  lines(): string[] {
    return lastLines(this.#text);
  }
}

/** The last lines of a text; none of an empty one. */
export function lastLines(text: string): string[] {
  return text === "" ? [] : text.trimEnd().split("\n").slice(-KEPT_LINES);
}
