import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as fc from "fast-check";
import { provideAgentTest } from "../../tests/harness/tested-agent.ts";
import { mutatedJson } from "../mutate-json.ts";
import type { FuzzTarget } from "../target.ts";
import { require } from "../verdict.ts";

const DOCUMENTS = [
  {
    args: ["sh", "-c", "echo \u{1F600}\n"],
    env: { A: "b" },
    stdin: "none",
    pty: null,
    timeout_ms: 10_000,
    detach: false,
  },
  { code: "1 + 1", mode: "eval", timeout_ms: -5, more: [true, null, 0.5, 1e9, [], {}, [[{ a: [1] }]]] },
];

/** The agent's reader of JSON, which takes no more than others do, and whose writer must give again what it has read. */
export const agentJson: FuzzTarget = {
  name: "agent-json",
  async open() {
    const child = spawn(await provideAgentTest("json-lines"), { stdio: ["pipe", "pipe", "inherit"] });
    await once(child, "spawn");
    const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
    return {
      property: fc.asyncProperty(mutatedJson(DOCUMENTS), async (bytes) => {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(bytes.length);
        child.stdin.write(Buffer.concat([length, bytes]));
        const { value, done } = await answers.next();
        require(done !== true, "the reader has died");
        if (value === "refused") return;
        require(isObject(String(value)), `what it has read is ${value}`);
        require(isObject(bytes.toString()), `it has read what is no JSON as ${value}`);
      }),
      async [Symbol.asyncDispose]() {
        child.stdin.end();
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      },
    };
  },
};

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
