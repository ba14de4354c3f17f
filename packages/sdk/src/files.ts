import type { Connection } from "./connection.ts";
import { readBytes } from "./reply-body.ts";
import type { CallOptions } from "./options.ts";
import type { RawBody } from "./transport/transport.ts";

/** How much {@link Files.read} takes unless told: 256 MiB. */
const MAX_READ_BYTES = 256 * 1024 * 1024;

export interface WriteFileOptions extends CallOptions {
  /** Octal permission bits. Default: `"0644"`. */
  readonly mode?: string | undefined;
  /** The file's owner, by name or number. Default: root. */
  readonly user?: string | undefined;
}

/** The files of one sandbox. Paths are absolute. */
export class Files {
  readonly #connection: Connection;
  readonly #sandbox: { readonly id: string };

  constructor(connection: Connection, sandbox: { readonly id: string }) {
    this.#connection = connection;
    this.#sandbox = sandbox;
  }

  /** A whole file. Throws `guest_file_not_found`, and `unexpected_reply` when it is longer than `maxBytes`. */
  async read(path: string, options: CallOptions & { readonly maxBytes?: number } = {}): Promise<Uint8Array> {
    return readBytes(await this.stream(path, options), options.maxBytes ?? MAX_READ_BYTES);
  }

  /** A whole file as UTF-8 text. */
  async readText(path: string, options: CallOptions & { readonly maxBytes?: number } = {}): Promise<string> {
    return new TextDecoder().decode(await this.read(path, options));
  }

  /** A file as it comes, of any size. */
  stream(path: string, options: CallOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    return this.#connection.download(
      "readFile",
      { params: { id: this.#sandbox.id }, query: { path } },
      options,
    );
  }

  /** Writes a file, whole or not at all, and gives its length in bytes. */
  async write(path: string, content: RawBody, { signal, ...rest }: WriteFileOptions = {}): Promise<number> {
    const request = { params: { id: this.#sandbox.id }, query: { path, ...rest } };
    return (await this.#connection.upload("writeFile", request, content, { signal })).bytes;
  }
}
