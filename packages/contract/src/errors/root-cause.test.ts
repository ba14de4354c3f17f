import { expect, test } from "vitest";
import { rootCauseOf, listCleanupFailures } from "./root-cause.ts";
import { ForkdError, toForkdError } from "./forkd-error.ts";

const notFound = new ForkdError("snapshot_not_found", { tag: "py", known: [] });

/** What two resources give that cannot be disposed of, after `failure`. */
function failTwiceToUndo(failure: Error): unknown {
  try {
    using stack = new DisposableStack();
    stack.defer(() => {
      throw new Error("second undo");
    });
    stack.defer(() => {
      throw new Error("first undo");
    });
    throw failure;
  } catch (error) {
    return error;
  }
}

test("what failed first is the message, whatever fails in undoing it", () => {
  const error = toForkdError(failTwiceToUndo(notFound));
  expect(error.toWire()).toEqual(notFound.toWire());
  expect(toForkdError(failTwiceToUndo(new Error("why"))).message).toBe("an error inside of forkd: why");
  expect(toForkdError(failTwiceToUndo(Object.assign(new Error("full"), { code: "ENOSPC" }))).code).toBe(
    "disk_full",
  );
});

test("what failed in undoing is found again, also under other errors", () => {
  const error = new ForkdError(
    "internal",
    { reason: "x" },
    { cause: toForkdError(failTwiceToUndo(notFound)) },
  );
  expect(listCleanupFailures(error).map(String)).toEqual(["Error: first undo", "Error: second undo"]);
  expect(listCleanupFailures(notFound)).toEqual([]);
  expect(rootCauseOf(notFound)).toBe(notFound);
});
