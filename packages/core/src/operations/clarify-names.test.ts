import { ForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import { clarifyName } from "./clarify-names.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const names = {
  registry: { users: () => [{ id: ID, name: "frontend", tenant: "acme" }] },
  snapshots: { list: async () => [{ status: "ready", snapshot: { tag: "warm", manifest: { id: "sn_1" } } }] },
  images: { list: async () => [{ names: ["py-numpy"] }] },
};

/** What an operation that fails so is answered with. */
async function clarified(error: ForkdError): Promise<string> {
  const { message, hint } = (await clarifyName(error, names as never)) as ForkdError;
  return `${message} | ${hint}`;
}

test("what one of another tenant is told names nothing of it", async () => {
  const viewer = { tenant: "other" };
  for (const error of [
    new ForkdError("sandbox_not_found", { id: "fronted" }),
    new ForkdError("snapshot_not_found", { tag: "frontend", known: [] }),
  ])
    expect(await clarifyName(error, names as never, viewer)).toBe(error);
});

test.each([
  [new ForkdError("sandbox_not_found", { id: "warm" }), "a snapshot | its sandboxes: forkd ps --tag warm"],
  [new ForkdError("sandbox_not_found", { id: "py-numpy" }), "that is an image"],
  [new ForkdError("sandbox_not_found", { id: ID.replace("4k", "k4") }), `did you mean ${ID}?`],
  [new ForkdError("sandbox_not_found", { id: "fronted" }), "did you mean frontend?"],
  [new ForkdError("snapshot_not_found", { tag: "frontend", known: ["warm"] }), "forkd fork --from frontend"],
  [new ForkdError("sandbox_not_found", { id: "sb_0000000000000000" }), "| list them: forkd ps"],
  [new ForkdError("snapshot_not_found", { tag: "py-numpy", known: ["warm"] }), "that is an image"],
  [new ForkdError("image_not_found", { image: "warm", known: [] }), "that is a snapshot"],
  [new ForkdError("job_not_found", { id: "warm" }), "there is no job warm |"],
])("%s", async (error, words) => expect(await clarified(error)).toContain(words));
