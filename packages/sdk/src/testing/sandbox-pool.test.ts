import { expect, test } from "vitest";
import type { Sandbox } from "../sandbox.ts";
import { SandboxPool } from "./sandbox-pool.ts";

/** Forks that only count: what was made, and what was ended. */
function countForks() {
  const ended: number[] = [];
  let made = 0;
  const fork = async (): Promise<Sandbox> => {
    const number = (made += 1);
    return { number, kill: async () => void ended.push(number) } as unknown as Sandbox;
  };
  return { fork, ended, made: () => made };
}

test("forks nothing before the first is wanted, and then stays ahead", async () => {
  const { fork, made } = countForks();
  await using pool = new SandboxPool(2, fork);
  expect(made()).toBe(0);
  expect(await pool.take()).toMatchObject({ number: 1 });
  expect(made()).toBe(3);
  expect(await pool.take()).toMatchObject({ number: 2 });
  expect(made()).toBe(4);
});

test("ends at its close those that nobody took, and gives no more", async () => {
  const { fork, ended } = countForks();
  const pool = new SandboxPool(2, fork);
  await pool.take();
  await pool[Symbol.asyncDispose]();
  expect(ended).toEqual([2, 3]);
  await expect(pool.take()).rejects.toThrow("closed");
});

test("tells a fork that failed to who takes it, and to nobody else", async () => {
  let asked = 0;
  await using pool = new SandboxPool(1, async () => {
    asked += 1;
    if (asked === 2) throw new Error("no room");
    return { kill: async () => {} } as unknown as Sandbox;
  });
  await pool.take();
  await expect(pool.take()).rejects.toThrow("no room");
  await pool.take();
});
