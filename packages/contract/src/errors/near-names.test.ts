import { expect, test } from "vitest";
import { ForkdError } from "./forkd-error.ts";
import { editDistance, findNearest } from "./near-names.ts";

test.each([
  ["warm", "warm", 0],
  ["wram", "warm", 1],
  ["wam", "warm", 1],
  ["warmm", "warm", 1],
  ["worm", "warm", 1],
  ["cold", "warm", 3],
  ["a", "abcdef", 3],
])("from %s to %s it is %i", (a, b, distance) => expect(editDistance(a, b, 2)).toBe(distance));

test("only a near name is offered, and the nearest of them", () => {
  expect(findNearest("wram", ["cold", "warmer", "warm"])).toBe("warm");
  expect(findNearest("PY-numpi", ["py-numpy"])).toBe("py-numpy");
  expect(findNearest("x", ["y"])).toBeUndefined();
  expect(findNearest("postgres", ["py-numpy"])).toBeUndefined();
});

const notFound = { tag: "wram", known: ["cold", "warm"] };

test("an error about a name knows what was given", () => {
  expect(new ForkdError("snapshot_not_found", notFound).hint).toBe(
    "did you mean warm? known snapshots: cold, warm",
  );
  const image = new ForkdError("snapshot_not_found", { ...notFound, tag: "py", is: "image" });
  expect(image.message).toBe("there is no snapshot py: that is an image");
  expect(image.hint).toContain("forkd snapshot TAG --image py");
  const id = new ForkdError("snapshot_not_found", { ...notFound, tag: "sb_4k2m9x7q0v3bz8wc" });
  expect(id.message).toContain("that is a sandbox");
  const sandbox = new ForkdError("sandbox_not_found", { id: "warm", is: "snapshot" });
  expect(`${sandbox.message} | ${sandbox.hint}`).toBe(
    "there is no sandbox warm: that is a snapshot | its sandboxes: forkd ps --tag warm; a new one: forkd fork warm",
  );
});
