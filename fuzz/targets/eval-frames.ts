import * as fc from "fast-check";
import { EvalEventReader } from "../../packages/guest-client/src/operations/eval-events.ts";
import { EVALUATED, execFrame } from "../../packages/guest-client/test/scripted-agent.ts";
import { mutated } from "../mutate.ts";
import { alone } from "../target.ts";
import type { FuzzTarget } from "../target.ts";
import { outcomeOf, require, requireOurs } from "../verdict.ts";

const display = {
  op: "display",
  main: true,
  formats: { text: "x", png: "iVBORw0KGgo=", json: "[1]", data: '{"a":[1]}' },
  extra: { "x/y": "z" },
  truncated: false,
};
const output = [execFrame(1, Buffer.from("h\u00e9\n")), execFrame(2, Buffer.alloc(3000, "e"))];
const SEEDS = [
  Buffer.concat([...output, execFrame(4, display), execFrame(3, EVALUATED)]),
  Buffer.concat([execFrame(4, { ...display, main: false }), execFrame(3, EVALUATED)]),
];

/** What code in the guest prints and shows, as the agent frames it. */
export const evalFrames: FuzzTarget = {
  name: "eval-frames",
  open: () => {
    const inputs = fc.record({ bytes: mutated(SEEDS), size: fc.integer({ min: 1, max: 600 }) });
    const property = fc.asyncProperty(inputs, async ({ bytes, size }) => {
      const whole = await outcomeOf(() => read(bytes, bytes.length || 1));
      const inPieces = await outcomeOf(() => read(bytes, size));
      requireOurs(whole);
      require("error" in whole === "error" in inPieces, "it depends on how the bytes are cut");
      if ("value" in whole && "value" in inPieces)
        require(whole.value === inPieces.value, "the events depend on how the bytes are cut");
    });
    return Promise.resolve(alone(property));
  },
};

function read(bytes: Buffer, size: number): string {
  const reader = new EvalEventReader();
  const events = [];
  for (let at = 0; at < bytes.length; at += size) events.push(...reader.push(bytes.subarray(at, at + size)));
  return JSON.stringify([events, reader.ended]);
}
