import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { provideAgentTest } from "../../../tests/harness/tested-agent.ts";

const BUILD_MS = 600_000;
const HANG_MS = 20_000;

test(
  "the agent keeps a conversation that began before it heard of the last one's end, and gives up a host that stays away",
  { timeout: BUILD_MS },
  async () => {
    const program = await provideAgentTest("absent-host");
    const { stderr } = await promisify(execFile)(program, { timeout: HANG_MS });
    expect(stderr).toBe("");
  },
);
