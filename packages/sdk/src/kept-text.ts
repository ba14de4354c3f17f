/** The beginning of a text that comes in pieces. */
export class KeptText {
  text = "";
  /** Whether there was more than has room. */
  isCut = false;
  readonly #limit: number;

  /** With room for so many characters. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(more: string): void {
    const taken = more.slice(0, this.#limit - this.text.length);
    this.text += taken;
    this.isCut ||= taken.length < more.length;
  }
}
