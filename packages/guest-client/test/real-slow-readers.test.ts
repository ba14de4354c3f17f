import type { EvalEvent, EvalResult } from "@forkd/contract";
import type { Language } from "@forkd/core";
import { expect, it } from "vitest";
import { calm } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

function run(language: Language, code: string): Promise<EvalResult> {
  return use.agent.evaluate({ language, code, mode: "auto", timeoutMs: 20_000 }, calm);
}

function stream(language: Language, code: string, timeoutMs = 20_000): AsyncIterable<EvalEvent> {
  return use.agent.evaluateStream({ language, code, mode: "auto", timeoutMs }, calm);
}

it("stops code whose output nobody reads, and loses none of it", async () => {
  await run("python", "written = 0");
  const code = "for written in range(1, 201): _ = sys.stdout.write('x' * 65535 + '\\n')";
  const events = stream("python", `import sys\n${code}`)[Symbol.asyncIterator]();
  await events.next();
  await expect.poll(async () => (await use.agent.contexts.list(calm))[0]?.state).toBe("busy");
  let bytes = 0;
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    if (next.value.type === "stdout") bytes += next.value.text.length;
  }
  expect(bytes).toBe(200 * 65_536);
});

it.each([
  ["python", "prints", "while True: print('x' * 65536)"],
  ["python", "displays", "while True: display({'text/html': 'x' * 300_000}, raw=True)"],
  ["node", "prints", "for (;;) console.log('x'.repeat(65536))"],
  ["bash", "prints", "while :; do printf '%065536d' 0; done"],
] as const)(
  "interrupts %s by its time-out while nobody reads what it %s, and keeps its state",
  async (language, _, code) => {
    await run(language, { python: "kept = 41", node: "var kept = 41", bash: "kept=41" }[language]);
    const events = stream(language, code, 500)[Symbol.asyncIterator]();
    await events.next();
    const stateNow = async () =>
      (await use.agent.contexts.list(calm)).find(({ id }) => id === language)?.state;
    await expect.poll(stateNow).toBe("ready");
    const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => events });
    expect(rest.at(-1)).toMatchObject({ type: "end", outcome: { timed_out: true, truncated: true } });
    expect(rest.at(-1)).not.toMatchObject({ outcome: { error_name: "KernelKilled" } });
    const kept = await run(language, { python: "kept", node: "kept", bash: "echo $kept" }[language]);
    expect(kept.result ?? kept.stdout.trim()).toBe("41");
  },
);
