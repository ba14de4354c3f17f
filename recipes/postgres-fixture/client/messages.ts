/** A message that the server sends: its type's letter, and what follows its length. */
export interface Message {
  readonly type: string;
  readonly body: Buffer;
}

/** Larger than any answer here. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
const HEAD_BYTES = 5;

const PROTOCOL_3 = 196_608;

/** A number of four bytes, as the protocol has it. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`);

/** What a connection begins with. */
export function startupMessage(user: string, database: string): Buffer {
  const fields = Buffer.concat([
    int32(PROTOCOL_3),
    ...["user", user, "database", database, ""].map((value) => text(value)),
  ]);
  return Buffer.concat([int32(fields.length + 4), fields]);
}

/** A message of the client. */
export function message(type: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? text(part) : part)));
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

/** Takes the server's bytes apart. Throws when a message is larger than any that is asked for. */
export async function* readMessages(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Message, void> {
  let rest = Buffer.alloc(0);
  for await (const part of bytes) {
    rest = Buffer.concat([rest, part]);
    while (rest.length >= HEAD_BYTES) {
      const size = rest.readUInt32BE(1) + 1;
      if (size > MAX_MESSAGE_BYTES) throw new Error(`the server sends a message of ${size} bytes`);
      if (rest.length < size) break;
      yield { type: String.fromCharCode(rest[0] ?? 0), body: rest.subarray(HEAD_BYTES, size) };
      rest = rest.subarray(size);
    }
  }
}

/** The cells of a data row as text; null is null. */
export function parseRow(body: Buffer): (string | null)[] {
  const cells: (string | null)[] = [];
  let at = 2;
  for (let left = body.readUInt16BE(0); left > 0; left -= 1) {
    const size = body.readInt32BE(at);
    at += 4;
    cells.push(size < 0 ? null : body.toString("utf8", at, at + size));
    at += Math.max(size, 0);
  }
  return cells;
}

/** What an error says: severity, and the sentence. */
export function parseError(body: Buffer): string {
  const fields = body.toString("utf8").split("\0");
  const field = (letter: string): string => fields.find((one) => one.startsWith(letter))?.slice(1) ?? "?";
  return `${field("S")}: ${field("M")}`;
}
