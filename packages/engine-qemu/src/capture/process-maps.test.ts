import { expect, test } from "vitest";
import { parseGuestMapping } from "./process-maps.ts";

const MIB = 1024 * 1024;
const LIBRARY = "7f0000000000-7f0010000000 r--p 00000000 08:01 77 /usr/lib/libc.so.6";
const ANONYMOUS = "7f0020000000-7f0030000000 rw-p 00000000 00:00 0";
const GUEST = "7f1000000000-7f1010000000 rw-p 00000000 00:1a 42 /dev/shm/memory (deleted)";

test("finds the file that is mapped writable and of the memory's size, whatever its name", () => {
  expect(parseGuestMapping([LIBRARY, ANONYMOUS, GUEST, ""].join("\n"), 256 * MIB)).toMatchObject({
    start: 0x7f1000000000,
    bytes: 256 * MIB,
    isPrivate: true,
    device: "0:26",
  });
});

test("joins the pieces of a mapping", () => {
  const pieces = [
    "7f1000000000-7f1004000000 rw-p 00000000 00:1a 42 /m",
    "7f1004000000-7f1010000000 rw-p 04000000 00:1a 42 /m",
  ];
  expect(parseGuestMapping(pieces.join("\n"), 256 * MIB)).toMatchObject({ start: 0x7f1000000000 });
});

test("tells shared memory from private", () => {
  expect(parseGuestMapping(GUEST.replace("rw-p", "rw-s"), 256 * MIB)).toMatchObject({ isPrivate: false });
});

test.each([
  ["another size", GUEST, 128],
  ["no file", GUEST.replace("00:1a 42", "00:00 0"), 256],
  ["a file that is only read", GUEST.replace("rw-p", "r--p"), 256],
  ["the end of a file", GUEST.replace(" 00000000 ", " 00001000 "), 256],
])("finds nothing in %s", (_, maps, mib) => {
  expect(parseGuestMapping(maps, mib * MIB)).toBeUndefined();
});
