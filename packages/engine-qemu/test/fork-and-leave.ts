import { createGuestConnector } from "@forkd/guest-client";
import type { CopySpec, RestoreSpec } from "@forkd/core";
import { shell } from "./capture-fixture.ts";
import { createEngine, soon } from "./fixture.ts";

/** Makes a zygote and a copy of it, and ends at once, as a daemon that crashes does. */
const [spec, copySpec] = JSON.parse(process.argv[2] ?? "") as [RestoreSpec, CopySpec];
const zygote = await createEngine().openZygote(
  spec,
  async (machine) => {
    const agent = await createGuestConnector().connect(await machine.openAgentStream(soon()), soon());
    await shell(agent, "echo of another daemon >/run/memory");
  },
  soon(),
);
if (!zygote) throw new Error("this engine copies no machines");
const { pid, startTicks } = await zygote.fork(copySpec, soon());
const record = { pid, startTicks, directory: copySpec.directory, paused: false };
process.stdout.write(JSON.stringify({ record, zygotePid: zygote.pid }), () =>
  process.kill(process.pid, "SIGKILL"),
);
