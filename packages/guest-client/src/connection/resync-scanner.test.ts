import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ResyncScanner, createNonce, resyncLine, syncedLine } from "./resync-scanner.ts";

/** Cuts bytes at the given places, in any order and number. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

function scan(scanner: ResyncScanner, chunks: readonly Buffer[]): Buffer | undefined {
  let rest: Buffer | undefined;
  for (const chunk of chunks) {
    if (rest === undefined) rest = scanner.push(chunk);
    else rest = Buffer.concat([rest, chunk]);
  }
  return rest;
}

const nonce = createNonce();
const echo = syncedLine(nonce);
/** Rubbish that is rich in what the echo is made of, but for its last digit: a newline would complete it. */
const rubbish = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
      fc.integer({ min: 1, max: echo.length - 2 }).map((length) => echo.subarray(0, length)),
      fc.constant(syncedLine("0".repeat(32))),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.concat(parts));

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

/** How many bytes are searched and put together during `work`. */
function countTouched(work: () => void): number {
  const search = vi.spyOn(Buffer.prototype, "indexOf");
  const join = vi.spyOn(Buffer, "concat");
  try {
    work();
    const searched = search.mock.contexts.reduce((sum, buffer) => sum + (buffer as Buffer).length, 0);
    const joined = join.mock.calls.reduce((sum, [parts]) => sum + lengthOf(parts), 0);
    return searched + joined;
  } finally {
    search.mockRestore();
    join.mockRestore();
  }
}

describe("the resync scanner", () => {
  it("gives exactly what follows the echo, however the bytes are cut", () => {
    fc.assert(
      fc.property(rubbish, rubbish, fc.array(fc.nat(), { maxLength: 40 }), (before, after, places) => {
        const rest = scan(new ResyncScanner(nonce), cut(Buffer.concat([before, echo, after]), places));
        expect(rest).toEqual(after);
      }),
    );
  });

  it("finds the echo when each byte comes alone", () => {
    const bytes = Buffer.concat([Buffer.from("\nFORKD-SYNCED/1 \n"), echo, Buffer.from("rest")]);
    const chunks = [...bytes].map((byte) => Buffer.from([byte]));
    expect(scan(new ResyncScanner(nonce), chunks)?.toString()).toBe("rest");
  });

  it("does not take the echo of another nonce, or the line that it sent itself", () => {
    const scanner = new ResyncScanner(nonce);
    expect(scanner.push(syncedLine(createNonce()))).toBeUndefined();
    expect(scanner.push(resyncLine(nonce))).toBeUndefined();
  });

  it("gives up after its limit of bytes with agent_protocol", () => {
    const scanner = new ResyncScanner(nonce, 1000);
    expect(scanner.push(Buffer.alloc(1000))).toBeUndefined();
    expect(() => scanner.push(Buffer.alloc(1))).toThrow(expect.objectContaining({ code: "agent_protocol" }));
  });

  it.each([1, 19, 1000])(
    "looks at no more bytes than a multiple of what came, in chunks of %i bytes",
    (size) => {
      const scanner = new ResyncScanner(nonce);
      const chunk = Buffer.alloc(size, "\nFORKD-SYNCED/1 0123");
      const chunks = Array.from({ length: 500 }, () => chunk);
      const touched = countTouched(() => chunks.forEach((chunk) => scanner.push(chunk)));
      expect(touched).toBeGreaterThan(0);
      expect(touched).toBeLessThanOrEqual(chunks.length * (2 * size + 5 * echo.length));
    },
  );
});
