import { expect, test } from "vitest";
import { wireErrorSchema } from "../schemas/system.ts";
import { ForkdError } from "./forkd-error.ts";

test("the wire has a hint in the words of the shell, and in parts where it names something to call", () => {
  const wire = new ForkdError("snapshot_has_dependents", { tag: "py", dependents: ["a"] }).toWire("r1");
  expect(wire).toMatchObject({
    hint: "remove them too: forkd rmi --cascade py; or only its tag, they stay whole: forkd rmi --force py",
    hint_parts: [
      "remove them too: ",
      { operation: "deleteSnapshot", args: { tag: "py", cascade: true } },
      "; or only its tag, they stay whole: ",
      { operation: "deleteSnapshot", args: { tag: "py", force: true } },
    ],
    request_id: "r1",
  });
  expect(wireErrorSchema.parse(wire)).toEqual(wire);
});

test("advice that is but text has no parts", () => {
  const wire = new ForkdError("cancelled", { stage: "booting" }).toWire();
  expect(wire.hint).toBe("nothing was left behind; send the request again");
  expect(wire).not.toHaveProperty("hint_parts");
  expect(wireErrorSchema.parse(wire)).toEqual(wire);
});

test("a path in a hint is one word of the shell", () => {
  const { hint } = new ForkdError("daemon_running", { dataDir: "/d", pid: 1, socketPath: "/run/a b/s" });
  expect(hint).toContain("FORKD_SOCKET='/run/a b/s' forkd ps");
});
