import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StreamError } from "./stream-error.ts";
import { StreamParser } from "./stream-parser.ts";

const PAGE = 4096;
const PAGES = 4;
const Flag = { ZERO: 0x02, MEM_SIZE: 0x04, PAGE: 0x08, EOS: 0x10, CONTINUE: 0x20 } as const;

function be32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function be64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function named(name: string): Buffer {
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name)]);
}

const HEADER = Buffer.concat([be32(0x5145564d), be32(3)]);
const EOS = be64(Flag.EOS);
const FOOTER = Buffer.concat([Buffer.from([0x7e]), be32(2)]);
const DEVICES = Buffer.concat([
  Buffer.from([4]),
  be32(7),
  named("timer"),
  be32(0),
  be32(1),
  Buffer.alloc(99, 5),
]);
const END = Buffer.from([0]);

function start({
  name = "ram",
  version = 4,
  blocks = [
    ["ram", PAGES * PAGE],
    ["bios", PAGE],
  ] as [string, number][],
} = {}) {
  const total = blocks.reduce((sum, [, size]) => sum + size, 0);
  return Buffer.concat([
    Buffer.concat([Buffer.from([1]), be32(2), named(name), be32(0), be32(version)]),
    be64(total | Flag.MEM_SIZE),
    ...blocks.map(([name, size]) => Buffer.concat([named(name), be64(size)])),
    EOS,
    FOOTER,
  ]);
}

function part(...records: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([2]), be32(2), ...records, EOS, FOOTER]);
}

function page(number: number, fill: number, block?: string): Buffer {
  const flags = Flag.PAGE | (block === undefined ? Flag.CONTINUE : 0);
  const name = block === undefined ? Buffer.alloc(0) : named(block);
  return Buffer.concat([be64(number * PAGE + flags), name, Buffer.alloc(PAGE, fill)]);
}

function zeroPage(number: number, block?: string): Buffer {
  const flags = Flag.ZERO | (block === undefined ? Flag.CONTINUE : 0);
  return Buffer.concat([
    be64(number * PAGE + flags),
    block === undefined ? Buffer.alloc(0) : named(block),
    END,
  ]);
}

const notZeroPage = zeroPage(1, "ram");
notZeroPage[notZeroPage.length - 1] = 7;
const PARTS = [part(page(0, 1, "ram"), zeroPage(1)), part(page(0, 9, "bios"), page(3, 4, "ram"), page(2, 3))];
const STREAM = Buffer.concat([HEADER, start(), ...PARTS, DEVICES, END]);

function parse(stream: Buffer, chunkBytes = stream.length): { state: Buffer; pages: Map<number, number> } {
  const pages = new Map<number, number>();
  const parser = new StreamParser("ram", PAGES * PAGE, {
    page(page, bytes) {
      expect(bytes).toHaveLength(PAGE);
      pages.set(page, bytes[PAGE - 1] as number);
    },
    zeroPage(page) {
      pages.set(page, 0);
    },
  });
  for (let at = 0; at < stream.length; at += chunkBytes) parser.push(stream.subarray(at, at + chunkBytes));
  return { state: parser.finish(), pages };
}

function outcomeOf(stream: Buffer): unknown {
  try {
    return parse(stream).pages.size;
  } catch (error) {
    return error instanceof StreamError ? "refused" : error;
  }
}

describe("a background snapshot's stream", () => {
  test.each([1, 7, 4096, 4105, 100_000])("is taken apart in pieces of %i bytes", (chunkBytes) => {
    const { state, pages } = parse(STREAM, chunkBytes);
    expect([...pages.entries()]).toEqual([
      [0, 1],
      [1, 0],
      [3, 4],
      [2, 3],
    ]);
    expect(state).toEqual(Buffer.concat([HEADER, DEVICES, END]));
  });

  test.each<[string, Buffer, string]>([
    ["begins as something else", Buffer.from("GET / HTTP/1.1\r\n\r\n"), "does not begin as a migration"],
    ["is of another version", Buffer.concat([be32(0x5145564d), be32(2)]), "does not begin as a migration"],
    ["has another section", Buffer.concat([HEADER, Buffer.from([9])]), "a section of type 9"],
    ["begins with another saver", Buffer.concat([HEADER, start({ name: "block" })]), "a section block"],
    ["has memory of another version", Buffer.concat([HEADER, start({ version: 5 })]), "of version 5"],
    ["begins memory twice", Buffer.concat([HEADER, start(), start()]), "a section ram"],
    ["goes on with what it never began", Buffer.concat([HEADER, ...PARTS]), "never began"],
    [
      "has memory of another size",
      Buffer.concat([HEADER, start({ blocks: [["ram", PAGE]] })]),
      "4096 bytes of guest",
    ],
    [
      "has a block twice",
      Buffer.concat([
        HEADER,
        start({
          blocks: [
            ["a", PAGE],
            ["a", PAGE],
          ],
        }),
      ]),
      "announces a block a",
    ],
    [
      "has a block of no size",
      Buffer.concat([
        HEADER,
        start({
          blocks: [
            ["a", PAGE],
            ["b", 0],
            ["c", PAGE],
          ],
        }),
      ]),
      "block b",
    ],
    [
      "has a page beyond its block",
      Buffer.concat([HEADER, start(), part(page(4, 1, "ram"))]),
      "a page at 16384",
    ],
    ["has a page of no block", Buffer.concat([HEADER, start(), part(page(0, 1))]), "of the block undefined"],
    [
      "has a page of an unknown block",
      Buffer.concat([HEADER, start(), part(page(0, 1, "rom"))]),
      "of the block rom",
    ],
    [
      "has a page twice",
      Buffer.concat([HEADER, start(), part(page(1, 1, "ram"), zeroPage(1))]),
      "page 1 twice",
    ],
    ["fills a page with something", Buffer.concat([HEADER, start(), part(notZeroPage)]), "with 7"],
    ["has unknown flags", Buffer.concat([HEADER, start(), part(be64(0x100))]), "flags 0x100"],
    ["announces memory again", Buffer.concat([HEADER, start(), part(be64(PAGE | Flag.MEM_SIZE))]), "twice"],
    [
      "has no end of a section",
      Buffer.concat([HEADER, start().subarray(0, -5), Buffer.alloc(5)]),
      "without its end",
    ],
    ["lacks a page", Buffer.concat([HEADER, start(), part(page(0, 1, "ram")), DEVICES, END]), "1 of 4 pages"],
    ["ends within device state", STREAM.subarray(0, -1), "ends within its device-state"],
    ["has no device state", Buffer.concat([HEADER, start(), ...PARTS]), "ends within its section"],
    ["never ends", Buffer.concat([STREAM, Buffer.alloc(5 * 1024 * 1024)]), "bytes of device state"],
  ])("is refused when it %s", (_, stream, message) => {
    expect(() => parse(stream)).toThrow(StreamError);
    expect(() => parse(stream)).toThrow(message);
  });

  test("is refused wherever it was cut", () => {
    const cuts = [...Array(300).keys(), STREAM.length - 200, STREAM.length - 5000].filter(
      (cut) => cut < STREAM.length,
    );
    for (const cut of cuts) expect(() => parse(STREAM.subarray(0, cut))).toThrow(StreamError);
  });

  test("is taken or refused, whatever byte is changed", () => {
    const property = fc.property(fc.nat(STREAM.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
      const stream = Buffer.from(STREAM);
      stream[at] = value;
      expect([...Array(PAGES + 1).keys(), "refused"]).toContain(outcomeOf(stream));
    });
    fc.assert(property, { numRuns: 300 });
  });
});
