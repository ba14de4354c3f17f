import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { QmpClient } from "../../packages/engine-qemu/src/qmp/client.ts";
import { mutatedJson } from "../mutate-json.ts";
import { mutated } from "../mutate.ts";
import type { FuzzTarget } from "../target.ts";
import { outcomeOf, requireOurs } from "../verdict.ts";

const options = { signal: new AbortController().signal };
const timestamp = { seconds: 1_700_000_000, microseconds: 5 };
const MESSAGES = [
  { QMP: { version: { qemu: { major: 7, minor: 2, micro: 22 } }, capabilities: ["oob"] } },
  { return: {}, id: 0 },
  { timestamp, event: "STOP", data: { reason: "x" } },
  { return: { status: "running", running: true }, id: 1 },
  { error: { class: "GenericError", desc: "no" }, id: 2 },
];
const conversation = Buffer.from(MESSAGES.map((message) => `${JSON.stringify(message)}\r\n`).join(""));
const oneOdd = mutatedJson(MESSAGES).map((odd) => Buffer.concat([odd, Buffer.from("\n"), conversation]));

/** What a VMM answers on its monitor. */
export const qmp: FuzzTarget = {
  name: "qmp",
  async open() {
    await using undo = new AsyncDisposableStack();
    const scratch = await mkdtempDisposable(join(tmpdir(), "forkd-fuzz-"));
    undo.defer(() => scratch.remove());
    const path = join(scratch.path, "qmp.sock");
    const server = createServer().listen(path);
    undo.defer(() => void server.close());
    await once(server, "listening");
    const resources = undo.move();
    return {
      property: fc.asyncProperty(fc.oneof(mutated([conversation]), oneOdd), async (bytes) => {
        const near = connect(path);
        const [far] = (await once(server, "connection")) as [Socket];
        far.on("error", () => {}).resume();
        using client = new QmpClient(near);
        const commands = ["query-status", "stop"].map((name) =>
          outcomeOf(() => client.execute(name, {}, options)),
        );
        far.end(bytes);
        for (const outcome of await Promise.all(commands)) requireOurs(outcome);
        await client.closed;
        far.destroy();
      }),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  },
};
