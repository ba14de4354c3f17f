import { expect, test } from "vitest";
import { NEVER } from "./abort.ts";
import { KeyedTurns } from "./keyed-turns.ts";

const options = { signal: NEVER };

test("what is done to one thing goes one after the other, and what is done to another beside it", async () => {
  const turns = new KeyedTurns();
  const order: string[] = [];
  const first = await turns.take("a", "a turn", options);
  const second = turns.take("a", "a turn", options).then((turn) => {
    order.push("second");
    return turn;
  });
  using _other = await turns.take("b", "a turn", options);
  order.push("first");
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  await turns.settle("a", "a turn", options);
  expect(order).toEqual(["first", "second"]);
});

test("whoever leaves the queue holds up nobody", async () => {
  const turns = new KeyedTurns();
  const gone = new AbortController();
  const first = await turns.take("a", "a turn", options);
  const leaving = turns.take("a", "a turn", gone);
  gone.abort();
  await expect(leaving).rejects.toMatchObject({ code: "cancelled" });
  first[Symbol.dispose]();
  using _ = await turns.take("a", "a turn", options);
});
