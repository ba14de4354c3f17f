import { Readable } from "node:stream";
import type { EvalEvent, EvalResult } from "@forkd/contract";
import { describe, expect, it } from "vitest";
import { finish, shell } from "./commands.ts";
import { calm } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

/** A call of Python. */
const call = (code: string) => ({ language: "python", code, mode: "auto", timeoutMs: 20_000 }) as const;

describe("what code writes where its interpreter answers", () => {
  const frame = (json: string, times = 1) => `
import json, os, struct
part = json.dumps(${json}).encode()
whole = struct.pack("<I", len(part)) + part
for _ in range(${times}):
    rest = whole
    while rest: rest = rest[os.write(4, rest):]
`;
  const display = (formats: string, extra = "{}") =>
    `{"op": "display", "main": "no", "formats": ${formats}, "extra": ${extra}, "truncated": False}`;

  const forms = [
    ["streamed", async (code: string) => await Array.fromAsync(use.agent.evaluateStream(call(code), calm))],
    ["whole", async (code: string) => [await use.agent.evaluate(call(code), calm)]],
  ] as const;
  /** How a call ended, and how many results it gave. */
  function summarize(given: readonly (EvalEvent | EvalResult)[]) {
    const last = given.at(-1);
    const outcome = last !== undefined && "outcome" in last ? last.outcome : (last as EvalResult);
    const results = given.filter((event) => "content" in event).length + outcome.results.length;
    return { results, truncated: outcome.truncated, error: outcome.error_name };
  }

  it.each(forms)("is cut to what a call may have, %s", async (_name, run) => {
    expect(summarize(await run(frame(display("{'text': 'x'}"), 65)))).toMatchObject({
      results: 64,
      truncated: true,
    });
    const large = await run(frame(display("{'text': 'x' * (20 << 20)}")));
    expect(summarize(large)).toMatchObject({ results: 0, truncated: true });
    const extra = "{**{f'a/{i}': '' for i in range(1000)}, 'b/' + 'c' * 200: '', 'd': 1}";
    expect(summarize(await run(frame(display("{'text': 1, 'own': 'x'}", extra))))).toMatchObject({
      results: 1,
    });
  });

  it.each(forms)("ends the interpreter alone when it is no result, %s", async (_name, run) => {
    const other = finish(use.agent.exec(shell("read -r _; echo on", { stdin: "stream" }), calm));
    const given = summarize(await run(frame(`{"op": "display", "main": "no"}`)));
    expect(given).toMatchObject({ error: "KernelKilled" });
    const waiting = (await use.agent.listProcesses(calm)).find(({ running }) => running);
    await use.agent.writeStdin({ pid: waiting?.pid ?? 0 }, Readable.from([Buffer.from("\n")]), calm);
    expect((await other).stdout).toBe("on\n");
  });
});
