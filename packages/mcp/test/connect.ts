import { Client } from "@modelcontextprotocol/client";
import type { ClientOptions, ElicitResult } from "@modelcontextprotocol/client";
import { Forkd } from "@forkd/sdk";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { createMcpServer } from "../src/server.ts";
import { Session } from "../src/session.ts";
import type { EndAction } from "../src/session.ts";

export interface Connected extends AsyncDisposable {
  readonly client: Client;
  readonly session: Session;
}

export interface ConnectOptions {
  /** What the client's user answers; without it, the client cannot ask. */
  readonly answer?: ElicitResult;
  /** Told of each question. */
  readonly onQuestion?: (message: string) => void;
  readonly onEnd?: EndAction;
}

/** The official client and a server of ours in this process, with a daemon at an address. */
export async function connect(baseUrl: string, options: ConnectOptions = {}): Promise<Connected> {
  const { answer, onQuestion, onEnd = "keep" } = options;
  const session = new Session(new Forkd({ baseUrl, startDaemon: false }), onEnd);
  const server = createMcpServer(session);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const capabilities: ClientOptions["capabilities"] =
    answer === undefined ? {} : { elicitation: { form: {} } };
  const client = new Client({ name: "test", version: "1" }, { capabilities });
  if (answer !== undefined)
    client.setRequestHandler("elicitation/create", ({ params }) => {
      onQuestion?.(params.message);
      return answer;
    });
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  return {
    client,
    session,
    async [Symbol.asyncDispose]() {
      await client.close();
      await server.close();
      await session[Symbol.asyncDispose]();
    },
  };
}
