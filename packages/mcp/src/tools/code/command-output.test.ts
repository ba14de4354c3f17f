import { expect, test } from "vitest";
import { CommandOutput } from "./command-output.ts";

const EURO = [0xe2, 0x82, 0xac] as const;
const EXIT = { type: "exit", exitCode: 0, signal: null, timedOut: false, durationMs: 1 } as const;

type Written = readonly ["stdout" | "stderr", ...number[]];

/** What was read, up to a limit, of a command that has written this. */
function outputOf(limit: number, ...all: readonly Written[]): CommandOutput {
  const output = new CommandOutput(0, limit);
  let nextOffset = 0;
  for (const [type, ...bytes] of all) {
    nextOffset += bytes.length;
    if (!output.take({ type, data: Uint8Array.from(bytes), nextOffset })) break;
  }
  return output;
}

test.each<[string, number, readonly Written[], object]>([
  ["at the limit", 3, [["stdout", ...Buffer.from("äöü")]], { stdout: "ä", next_offset: 2 }],
  ["where it waits for more", 9, [["stderr", 65, 0xe2, 0x82]], { stderr: "A", next_offset: 1 }],
  [
    "over two writes",
    9,
    [
      ["stdout", 0xe2],
      ["stdout", 0x82],
    ],
    { stdout: "", next_offset: 0 },
  ],
  ["when it is whole", 3, [["stdout", ...EURO]], { stdout: "€", next_offset: 3 }],
  ["of bytes that are no text", 9, [["stdout", 65, 0xff]], { stdout: "A\ufffd", next_offset: 2 }],
])("a character is not broken %s", (_, limit, written, expected) => {
  expect(outputOf(limit, ...written).read()).toMatchObject({ exit_code: null, ...expected });
});

test("half of a character is given where it would never be whole", () => {
  const ended = outputOf(9, ["stdout", 65, 0xe2]);
  ended.take(EXIT);
  expect(ended.read()).toMatchObject({ stdout: "A\ufffd", next_offset: 2, exit_code: 0 });
  expect(outputOf(1, ["stdout", ...EURO]).read()).toMatchObject({ stdout: "\ufffd", next_offset: 1 });
  const between = outputOf(9, ["stdout", 0xe2], ["stderr", 65]).read();
  expect(between).toMatchObject({ stdout: "\ufffd", stderr: "A", next_offset: 2 });
});
