import type { Duplex } from "node:stream";
import type { ForkIdentity, GuestAgent } from "@forkd/core";
import { DEFAULT_DEADLINES, createGuestConnector } from "../src/index.ts";
import type { Deadlines } from "../src/index.ts";

/** Connects, with the product's own deadlines but for those that are given. */
export async function connectAgent(
  agent: { dial(): Promise<Duplex> },
  deadlines: Partial<Deadlines> = {},
): Promise<GuestAgent> {
  const connector = createGuestConnector({ ...DEFAULT_DEADLINES, ...deadlines });
  return await connector.connect(await agent.dial(), { signal: new AbortController().signal });
}

/** A signal that nobody aborts. */
export const calm = { signal: new AbortController().signal } as const;

/** The code and message of what a promise is rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await work;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
  return { code: "none", message: "it did not fail" };
}

/** What some child would be made into. */
export const TEST_IDENTITY: ForkIdentity = {
  sandboxId: "sb_0123456789abcdef",
  childIndex: 3,
  hostname: "sb-test",
  machineId: "0123456789abcdef0123456789abcdef",
  env: { GREETING: "hello" },
  args: ["one", "two"],
  files: [],
};
