import { mkdtempDisposable, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { ForkOrders } from "./fork-orders.ts";

const ids = [createSandboxId(), createSandboxId()] as const;

test("the children of a fork are unanswered until its order is closed", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-orders-"));
  const orders = new ForkOrders(directory.path);
  {
    using order = orders.open();
    using _other = orders.open();
    await order.note(ids);
    expect((await orders.listUnanswered()).children).toEqual(new Set(ids));
  }
  expect((await orders.listUnanswered()).children).toEqual(new Set());
});

test("those of an earlier daemon are forgotten, those that came since are not", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-orders-"));
  const orders = new ForkOrders(directory.path);
  await orders.open().note([ids[0]]);
  const left = await orders.listUnanswered();
  await orders.open().note([ids[1]]);
  await left.forget();
  expect((await orders.listUnanswered()).children).toEqual(new Set([ids[1]]));
});

test("a damaged line names no child, and the other lines do", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-orders-"));
  const orders = new ForkOrders(directory.path);
  await orders.open().note(ids);
  const [name = ""] = await readdir(directory.path);
  const path = join(directory.path, name);
  await writeFile(path, (await readFile(path, "utf8")).replace("sb_", "sb:"));
  expect((await orders.listUnanswered()).children).toEqual(new Set([ids[1]]));
});
