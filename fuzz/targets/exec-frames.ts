import * as fc from "fast-check";
import { FrameParser } from "../../packages/guest-client/src/operations/frames.ts";
import { EXIT_FRAME, START_FRAME, execFrame } from "../../packages/guest-client/test/scripted-agent.ts";
import { mutated } from "../mutate.ts";
import { alone } from "../target.ts";
import type { FuzzTarget } from "../target.ts";
import { outcomeOf, require, requireOurs } from "../verdict.ts";

const output = [execFrame(1, Buffer.from("out\n")), execFrame(2, Buffer.alloc(3000, "e"))];
const SEEDS = [Buffer.concat([START_FRAME, ...output, EXIT_FRAME]), Buffer.concat([START_FRAME, EXIT_FRAME])];

/** What a command in the guest prints, as the agent frames it. */
export const execFrames: FuzzTarget = {
  name: "exec-frames",
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

/** The events in one text, neighbouring output joined. */
function read(bytes: Buffer, size: number): string {
  const parser = new FrameParser();
  const texts: Record<string, string> = {};
  for (let at = 0; at < bytes.length; at += size)
    for (const event of parser.push(bytes.subarray(at, at + size))) {
      const text = "data" in event ? event.data.toString("latin1") : JSON.stringify(event);
      texts[event.type] = (texts[event.type] ?? "") + text;
    }
  return JSON.stringify([texts, parser.isOver]);
}
