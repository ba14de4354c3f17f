import { RamSection } from "./ram-section.ts";
import type { PageSink } from "./ram-section.ts";
import { StreamError } from "./stream-error.ts";

// https://gitlab.com/qemu-project/qemu/-/blob/v7.2.0/migration/savevm.c
const HEADER_BYTES = 8;
const MAGIC = 0x5145564d;
const VERSION = 3;
const SECTION_START = 1;
const SECTION_PART = 2;
const SECTION_FULL = 4;
const SECTION_FOOTER = 0x7e;
const SECTION_ID_BYTES = 5;

const RAM_SECTION = { name: "ram", version: 4 } as const;
/** Some hundred times what a machine has. */
const MAX_DEVICE_STATE_BYTES = 4 * 1024 * 1024;

type Step = "header" | "section" | "memory" | "footer" | "device-state";

/**
 * Takes the stream of a background snapshot apart, as it comes: first memory, and what follows it is device state.
 * A guest that has taken over its VMM can send anything, so all of it is checked and bounded.
 */
export class StreamParser {
  readonly #ram: RamSection;
  #ramId: number | undefined;
  #step: Step = "header";
  /** The beginning of an element that is not all there yet; it is never longer than a page and a name. */
  #rest: Buffer = Buffer.alloc(0);
  readonly #deviceState: Buffer[] = [];
  #deviceStateBytes = 0;

  constructor(guestBlock: string, memoryBytes: number, sink: PageSink) {
    this.#ram = new RamSection(guestBlock, memoryBytes, sink);
  }

  /** Takes the next bytes. Throws {@link StreamError}. */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const length = this.#read(bytes, at);
      if (length === 0) break;
      at += length;
    }
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** At the stream's end: device state, in the form of a file that QEMU can be restored from. Throws as `push`. */
  finish(): Buffer {
    this.#ram.assertComplete();
    const state = Buffer.concat(this.#deviceState);
    if (this.#step !== "device-state" || state.at(-1) !== 0) {
      throw new StreamError(`ends within its ${this.#step}`);
    }
    return state;
  }

  /** Reads one element at an offset, and gives its length, or 0 when it is not all there yet. */
  #read(bytes: Buffer, at: number): number {
    switch (this.#step) {
      case "header":
        return this.#readHeader(bytes, at);
      case "section":
        return this.#readSection(bytes, at);
      case "memory": {
        const { length, isLast } = this.#ram.read(bytes, at);
        if (isLast) this.#step = "footer";
        return length;
      }
      case "footer":
        return this.#readFooter(bytes, at);
      case "device-state":
        return this.#keepDeviceState(bytes.subarray(at));
    }
  }

  #readHeader(bytes: Buffer, at: number): number {
    if (bytes.length - at < HEADER_BYTES) return 0;
    if (bytes.readUInt32BE(at) !== MAGIC || bytes.readUInt32BE(at + 4) !== VERSION) {
      throw new StreamError("does not begin as a migration of QEMU");
    }
    this.#step = "section";
    return this.#keepDeviceState(bytes.subarray(at, at + HEADER_BYTES));
  }

  #readSection(bytes: Buffer, at: number): number {
    const type = bytes.readUInt8(at);
    switch (type) {
      case SECTION_START:
        return this.#readRamStart(bytes, at);
      case SECTION_PART:
        return this.#readRamPart(bytes, at);
      case SECTION_FULL:
        this.#step = "device-state";
        return this.#keepDeviceState(bytes.subarray(at));
      default:
        throw new StreamError(`has a section of type ${type}`);
    }
  }

  /** Type, number, name, instance and version. */
  #readRamStart(bytes: Buffer, at: number): number {
    const nameBytes = bytes[at + SECTION_ID_BYTES];
    if (nameBytes === undefined) return 0;
    const nameAt = at + SECTION_ID_BYTES + 1;
    const end = nameAt + nameBytes + 8;
    if (bytes.length < end) return 0;
    const name = bytes.toString("latin1", nameAt, nameAt + nameBytes);
    const version = bytes.readUInt32BE(end - 4);
    if (name !== RAM_SECTION.name || version !== RAM_SECTION.version || this.#ramId !== undefined) {
      throw new StreamError(`has a section ${name} of version ${version}`);
    }
    this.#ramId = bytes.readUInt32BE(at + 1);
    this.#step = "memory";
    return end - at;
  }

  #readRamPart(bytes: Buffer, at: number): number {
    if (bytes.length - at < SECTION_ID_BYTES) return 0;
    const id = bytes.readUInt32BE(at + 1);
    if (id !== this.#ramId) throw new StreamError(`goes on with a section ${id} that it never began`);
    this.#step = "memory";
    return SECTION_ID_BYTES;
  }

  #readFooter(bytes: Buffer, at: number): number {
    if (bytes.length - at < SECTION_ID_BYTES) return 0;
    if (bytes[at] !== SECTION_FOOTER || bytes.readUInt32BE(at + 1) !== this.#ramId) {
      throw new StreamError("has a section of memory without its end");
    }
    this.#step = "section";
    return SECTION_ID_BYTES;
  }

  #keepDeviceState(bytes: Buffer): number {
    this.#deviceStateBytes += bytes.length;
    if (this.#deviceStateBytes > MAX_DEVICE_STATE_BYTES) {
      throw new StreamError(`has more than ${MAX_DEVICE_STATE_BYTES} bytes of device state`);
    }
    this.#deviceState.push(Buffer.from(bytes));
    return bytes.length;
  }
}
