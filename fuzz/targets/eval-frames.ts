import { EvalEventReader } from "../../packages/guest-client/src/operations/eval-events.ts";
import { EVALUATED, execFrame } from "../../packages/guest-client/test/scripted-agent.ts";
import { cutAnywhere } from "../cut-anywhere.ts";
import { alone } from "../target.ts";
import type { FuzzTarget } from "../target.ts";

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
  open: () => Promise.resolve(alone(cutAnywhere(SEEDS, read))),
};

function read(bytes: Buffer, size: number): string {
  const reader = new EvalEventReader();
  const events = [];
  for (let at = 0; at < bytes.length; at += size) events.push(...reader.push(bytes.subarray(at, at + size)));
  return JSON.stringify([events, reader.ended]);
}
