/** What is copied: a file with its bytes, or a directory as an archive of what is in it. */
export interface Source {
  /** How people call it. */
  readonly text: string;
  readonly kind: "file" | "directory";
  /** What it is called inside of a directory; empty where only its content is meant: `dir/.`, or standard input. */
  readonly name: string;
  /** Permission bits, without setuid and its kind. */
  readonly mode: number;
  /** Known of files. */
  readonly sizeBytes: number | undefined;
  /** The bytes, as they are asked for: of a directory a tar archive. They end with an error if any could not be read. */
  open(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Where to: it is looked at once, and then takes any number of sources. */
export interface Destination {
  /** Writes a source, whole or not at all where there was nothing, and tells where it is now. */
  write(source: Source, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<string>;
}

/** What is at a path; undefined when there is nothing. */
export interface Found {
  readonly kind: "file" | "directory" | "special";
  readonly mode: number;
  readonly sizeBytes: number;
}
