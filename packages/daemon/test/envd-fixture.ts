import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { GuestAgent, GuestProcessEvent, Operations } from "@forkd/core";
import { LOCAL_USER } from "@forkd/core";
import { toForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import { callerSignal } from "../src/http/requests/caller-signal.ts";
import { createProcessService } from "../src/faces/e2b/envd/process/process-service.ts";
import { createRpc } from "../src/faces/e2b/envd/rpc.ts";
import type { Services } from "../src/services.ts";

/** What the guest does, of which only that is there which a test needs. */
export interface ScriptedGuest {
  readonly agent?: Partial<GuestAgent>;
  readonly exec?: (signal: AbortSignal) => AsyncIterable<GuestProcessEvent>;
  readonly attach?: () => AsyncIterable<GuestProcessEvent>;
}

/** The process service of a sandbox whose guest says what a test has it say. */
export async function serveProcesses({ agent = {}, exec, attach }: ScriptedGuest) {
  const operations: Partial<Operations> = {
    askGuest: (_caller, { question }) => question(agent as GuestAgent),
    exec: async (_caller, _order, { signal }) => exec?.(signal) ?? none(),
    attach: async () => attach?.() ?? none(),
  };
  const rpc = createRpc([createProcessService({ operations } as Services)]);
  const server = createServer((request, response) => {
    const call = { caller: LOCAL_USER, id: "sb_0" as SandboxId, user: undefined, explain: toForkdError };
    void rpc({ ...call, signal: callerSignal(response) }, request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function* none(): AsyncGenerator<GuestProcessEvent> {}
