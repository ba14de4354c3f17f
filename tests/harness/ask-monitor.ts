import { join } from "node:path";
import { createConnection } from "node:net";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { monitorPath } from "@forkd/engine-qemu";
import type { Sandbox } from "@forkd/sdk";

/** Has QEMU run a command, such as `stop`, behind the back of a daemon that is not running. */
export async function askMonitor(dataDir: string, { id }: Sandbox, command: string): Promise<void> {
  const socket = createConnection(monitorPath(join(dataDir, "vms", id)));
  for (const execute of ["qmp_capabilities", command])
    socket.write(`${JSON.stringify({ execute, id: execute })}\n`);
  for await (const line of createInterface(socket))
    if ((JSON.parse(line) as { id?: string }).id === command) break;
  socket.destroy();
  await once(socket, "close");
}
