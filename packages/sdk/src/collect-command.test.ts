import { expect, test } from "vitest";
import { collectCommand } from "./collect-command.ts";
import type { ExecEvent } from "./exec-events.ts";

const EXIT = { type: "exit", exitCode: 3, signal: null, timedOut: false, durationMs: 1 } as const;

async function* events(...outputs: readonly (readonly ["stdout" | "stderr", Uint8Array])[]) {
  for (const [type, data] of outputs) yield { type, data, nextOffset: null } satisfies ExecEvent;
  yield EXIT;
}

test("gives both streams whole, and tells of them as they come, also of a character in two pieces", async () => {
  const euro = new TextEncoder().encode("€");
  const told: string[] = [];
  const pieces = [
    ["stdout", euro.slice(0, 2)],
    ["stderr", new TextEncoder().encode("err")],
    ["stdout", euro.slice(2)],
  ] as const;
  const listeners = {
    onStdout: (text: string) => told.push(text),
    onStderr: (text: string) => told.push(`! ${text}`),
  };
  expect(await collectCommand(events(...pieces), listeners)).toEqual({
    stdout: "€",
    stderr: "err",
    exitCode: 3,
    timedOut: false,
    truncated: false,
  });
  expect(told).toEqual(["! err", "€"]);
});

test("keeps no more than has room, and tells of all", async () => {
  const piece = new Uint8Array(5 * 1024 * 1024).fill(120);
  let characters = 0;
  const onStdout = (text: string): void => void (characters += text.length);
  const { stdout, truncated } = await collectCommand(events(["stdout", piece], ["stdout", piece]), {
    onStdout,
  });
  expect([stdout.length, truncated, characters]).toEqual([8 * 1024 * 1024, true, 10 * 1024 * 1024]);
});

test("a listener that fails ends it", async () => {
  const ended = Promise.withResolvers<void>();
  async function* watched() {
    try {
      yield* events(["stdout", new TextEncoder().encode("x")]);
    } finally {
      ended.resolve();
    }
  }
  const onStdout = (): never => {
    throw new Error("enough");
  };
  await expect(collectCommand(watched(), { onStdout })).rejects.toThrow("enough");
  await expect(ended.promise).resolves.toBeUndefined();
});
