import { FrameParser } from "../../packages/guest-client/src/operations/frames.ts";
import { EXIT_FRAME, START_FRAME, execFrame } from "../../packages/guest-client/test/scripted-agent.ts";
import { cutAnywhere } from "../cut-anywhere.ts";
import { alone } from "../target.ts";
import type { FuzzTarget } from "../target.ts";

const output = [execFrame(1, Buffer.from("out\n")), execFrame(2, Buffer.alloc(3000, "e"))];
const SEEDS = [Buffer.concat([START_FRAME, ...output, EXIT_FRAME]), Buffer.concat([START_FRAME, EXIT_FRAME])];

/** What a command in the guest prints, as the agent frames it. */
export const execFrames: FuzzTarget = {
  name: "exec-frames",
  open: () => Promise.resolve(alone(cutAnywhere(SEEDS, read))),
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
