import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Rehearsal } from "@forkd/contract";
import type { GuestAgent, GuestCommand, GuestProcessEvent } from "../ports/guest.ts";
import type { ForkableSnapshot } from "../ports/snapshots.ts";
import { rehearseMore } from "./rehearse-more.ts";

const calm = { signal: new AbortController().signal };

function snapshotWith(rehearse?: Rehearsal): ForkableSnapshot {
  return { tag: "pg", manifest: { recipe: { rehearse } } } as unknown as ForkableSnapshot;
}

/** An agent whose commands all end so, and what it was asked. */
function agentOf(exitCode: number) {
  const asked: unknown[] = [];
  const connection = new PassThrough();
  async function* exec(command: GuestCommand): AsyncGenerator<GuestProcessEvent> {
    asked.push({ args: command.args, listed: command.listed });
    yield { type: "stderr", data: Buffer.from("no server") };
    yield { type: "exit", exitCode, signal: null, timedOut: false, durationMs: 1 };
  }
  const connectToPort = async (port: number) => (asked.push(port), connection);
  const agent: Pick<GuestAgent, "exec" | "connectToPort"> = { exec, connectToPort };
  return { agent, asked, connection };
}

const REHEARSAL: Rehearsal = { commands: [["psql"], ["true"]], ports: [5432] };

test("ports are connected to and left, then commands run that are in no list", async () => {
  const { agent, asked, connection } = agentOf(0);
  await rehearseMore(agent, snapshotWith(REHEARSAL), calm);
  expect(asked).toEqual([5432, { args: ["psql"], listed: false }, { args: ["true"], listed: false }]);
  expect(connection.destroyed).toBe(true);
});

test("a command that fails ends it, with what it said", async () => {
  const { agent, asked } = agentOf(2);
  await expect(rehearseMore(agent, snapshotWith(REHEARSAL), calm)).rejects.toMatchObject({
    code: "warm_up_failed",
    details: { tag: "pg", step: "rehearsal: psql", exitCode: 2, output: ["no server"] },
  });
  expect(asked).toHaveLength(2);
});

test("a snapshot that says nothing of it has nothing done", async () => {
  const { agent, asked } = agentOf(0);
  await rehearseMore(agent, snapshotWith(), calm);
  expect(asked).toEqual([]);
});
