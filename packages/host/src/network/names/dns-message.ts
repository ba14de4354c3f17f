/** What a guest asks of a name server. RFC 1035, section 4. */
export interface DnsQuery {
  readonly id: number;
  readonly wantsRecursion: boolean;
  /** Without a dot at its end; empty for the root, and for a name that no host has. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** As it was asked, and is to be repeated. */
  readonly question: Buffer;
  /** All that came, with what follows the question. */
  readonly message: Buffer;
}

/** An address of the name that was asked for, as bytes, and for how long that is true. */
export interface DnsAddress {
  readonly bytes: Uint8Array;
  readonly ttlSecs: number;
}

export interface DnsAnswer {
  readonly code: number;
  readonly addresses: readonly DnsAddress[];
}

export const TYPE_A = 1;
export const TYPE_AAAA = 28;
export const CLASS_IN = 1;
export const NO_ERROR = 0;
export const SERVER_FAILURE = 2;
export const NO_SUCH_NAME = 3;

/** What every client takes by UDP, whatever it says of itself. */
const MESSAGE_LIMIT_BYTES = 512;
const HEADER_BYTES = 12;
const LABEL_LIMIT_BYTES = 63;
const NAME_LIMIT_BYTES = 255;
const RECURSION_DESIRED = 0x0100;
const RESPONSE_RECURSION_AVAILABLE = 0x8080;
/** Where the name of the question stands. */
const POINTER_TO_NAME = 0xc000 | HEADER_BYTES;

/** Undefined for what is no question, which nobody answers. */
export function readQuery(message: Buffer): DnsQuery | undefined {
  if (message.length < HEADER_BYTES) return undefined;
  const flags = message.readUInt16BE(2);
  const questions = message.readUInt16BE(4);
  // A standard query, which is no response.
  if ((flags & 0xf800) !== 0 || questions !== 1) return undefined;
  const labels: string[] = [];
  let end = HEADER_BYTES;
  for (;;) {
    const length = message[end];
    if (length === undefined || length > LABEL_LIMIT_BYTES || end - HEADER_BYTES >= NAME_LIMIT_BYTES)
      return undefined;
    end += 1;
    if (length === 0) break;
    labels.push(message.toString("latin1", end, end + length));
    end += length;
  }
  if (end + 4 > message.length) return undefined;
  return {
    id: message.readUInt16BE(0),
    wantsRecursion: (flags & RECURSION_DESIRED) !== 0,
    name: labels.every(isHostLabel) ? labels.join(".") : "",
    type: message.readUInt16BE(end),
    class: message.readUInt16BE(end + 2),
    question: message.subarray(HEADER_BYTES, end + 4),
    message,
  };
}

function isHostLabel(label: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(label);
}

/** With as many addresses as fit, so that nobody need ask again by TCP. */
export function writeAnswer(query: DnsQuery, { code, addresses }: DnsAnswer): Buffer {
  const records = addresses.map((address) => writeRecord(query, address));
  const parts = [query.question];
  let size = HEADER_BYTES + query.question.length;
  for (const record of records) {
    size += record.length;
    if (size > MESSAGE_LIMIT_BYTES) break;
    parts.push(record);
  }
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(query.id, 0);
  const recursion = query.wantsRecursion ? RECURSION_DESIRED : 0;
  header.writeUInt16BE(RESPONSE_RECURSION_AVAILABLE | recursion | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(parts.length - 1, 6);
  return Buffer.concat([header, ...parts]);
}

function writeRecord({ type }: DnsQuery, { bytes, ttlSecs }: DnsAddress): Buffer {
  const record = Buffer.alloc(12 + bytes.length);
  record.writeUInt16BE(POINTER_TO_NAME, 0);
  record.writeUInt16BE(type, 2);
  record.writeUInt16BE(CLASS_IN, 4);
  record.writeUInt32BE(ttlSecs, 6);
  record.writeUInt16BE(bytes.length, 10);
  record.set(bytes, 12);
  return record;
}
