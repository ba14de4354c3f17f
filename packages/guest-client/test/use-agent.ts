import type { GuestAgent } from "@forkd/core";
import { afterAll, beforeAll, expect } from "vitest";
import { startAgent } from "./agent-fixture.ts";
import type { AgentFixture } from "./agent-fixture.ts";
import { connectAgent } from "./dial.ts";

/** Whose processes the agent's are: it calls users as the guest does, which knows none but root. */
export const OWN_USER: unknown = process.getuid?.() === 0 ? "root" : expect.any(String);

const BUILD_AND_START_MS = 600_000;

/** The agent of a test file, and a connection to it; a test that closes the connection puts another one here. */
export interface AgentInUse {
  fixture: AgentFixture;
  agent: GuestAgent;
}

/** Runs one agent for all tests of a file. It is there once the tests run. */
export function useAgent(): AgentInUse {
  const inUse: Partial<AgentInUse> = {};
  beforeAll(async () => {
    inUse.fixture = await startAgent();
    inUse.agent = await connectAgent(inUse.fixture);
  }, BUILD_AND_START_MS);
  afterAll(async () => {
    await inUse.agent?.[Symbol.asyncDispose]();
    await inUse.fixture?.[Symbol.asyncDispose]();
  });
  return inUse as AgentInUse;
}
