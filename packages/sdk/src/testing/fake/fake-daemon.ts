import stream from "node:stream";
import type { Duplex } from "node:stream";
import type { EvalResult, ExecRequest, ExecResult } from "../../api.gen.ts";
import type { OperationName } from "../../connection.ts";
import { Forkd } from "../../forkd.ts";
import { answerGuest, completeEval } from "./fake-guest.ts";
import { FakeHost } from "./fake-host.ts";
import type { FakeAnswer, FakeHandler, FakeHandlers, FakeRequest } from "./fake-operation.ts";
import type { FakeSandbox } from "./fake-sandbox.ts";
import { createFakeTransport } from "./fake-transport.ts";
import { refusal } from "./refusal.ts";

export interface FakeDaemonOptions {
  /** Tags of the snapshots that there are. */
  readonly snapshots?: readonly string[] | undefined;
}

/** How much of a command or of code a message shows. */
const MAX_SHOWN = 200;

/**
 * A daemon that there is not, for tests where there is no machine: the SDK as it is, over a transport in memory. Forks,
 * lists, ends and files work; what commands and code give is what a test says. Whatever nobody said anything about throws.
 *
 * @example
 * const daemon = new FakeDaemon({ snapshots: ["warm"] });
 * daemon.on("exec", ({ body }) => (body.args[0] === "uname" ? "Linux\n" : { exitCode: 1 }));
 * const [sandbox] = await daemon.forkd.sandboxes.fork("warm");
 */
export class FakeDaemon {
  /** A client of it. */
  readonly forkd: Forkd;
  /** What it was asked, in order. */
  readonly requests: readonly FakeRequest[];
  readonly #requests: FakeRequest[] = [];
  readonly #host = new FakeHost();
  readonly #handlers: FakeHandlers[];
  readonly #ports = new Map<number, (connection: Duplex) => void>();

  constructor({ snapshots = [] }: FakeDaemonOptions = {}) {
    this.requests = this.#requests;
    for (const tag of snapshots) this.#host.addSnapshot(tag);
    const find = (id: string) => this.#host.find(id);
    this.#handlers = [{ ...this.#host.answers(), ...answerGuest(find), ...this.#answerPorts() }];
    const transport = createFakeTransport({
      answer: (request) => this.#answer(request),
      connect: (id, port) => this.#connect(id, port),
    });
    this.forkd = new Forkd({ transport });
  }

  /**
   * Says what an operation gives; who said so last is asked first, and may leave it to the others by `undefined`. Throw a
   * {@link refusal} to have it fail.
   */
  on<Name extends OperationName>(operation: Name, handler: FakeHandler<Name>): this {
    this.#handlers.unshift({ [operation]: handler });
    return this;
  }

  /**
   * Has something listen on a port of every sandbox.
   *
   * @example
   * const web = http.createServer((_, response) => response.end("hello"));
   * daemon.listen(8080, (connection) => web.emit("connection", connection));
   */
  listen(port: number, onConnection: (connection: Duplex) => void): this {
    this.#ports.set(port, onConnection);
    return this;
  }

  async #answer(asked: Omit<FakeRequest, "sandbox">): Promise<unknown> {
    const id = asked.params["id"];
    const isOfSandbox = id !== undefined && asked.operation !== "getJob" && asked.operation !== "cancelJob";
    const sandbox = isOfSandbox ? this.#host.find(id) : undefined;
    const request: FakeRequest = { ...asked, sandbox: sandbox?.info };
    this.#requests.push(request);
    for (const handlers of this.#handlers) {
      const handler = handlers[request.operation] as FakeHandler | undefined;
      const answer = await handler?.(request);
      if (answer !== undefined) return complete(request, answer, sandbox);
    }
    throw new Error(explainSilence(request));
  }

  #answerPorts(): FakeHandlers {
    return {
      listPorts: () =>
        [...this.#ports.keys()].map((port) => {
          return { port, address: "127.0.0.1", pid: null, command: null, hostPort: null };
        }),
      waitForPort: ({ params }) => {
        if (this.#ports.has(Number(params["port"]))) return {};
        throw refusal(504, "port_timeout", `nobody said what listens on port ${params["port"]}`);
      },
    };
  }

  #connect(id: string, port: number): Duplex {
    this.#host.find(id);
    const onConnection = this.#ports.get(port);
    if (!onConnection) throw refusal(502, "port_refused", `nobody said what listens on port ${port}`);
    const [ours, theirs] = stream.duplexPair();
    onConnection(theirs);
    return ours;
  }
}

/** A whole answer, of what a test has told of it. */
function complete(
  { operation, body }: Omit<FakeRequest, "body"> & { readonly body: unknown },
  answer: NonNullable<FakeAnswer<OperationName>>,
  sandbox: FakeSandbox | undefined,
): unknown {
  if (operation === "eval") return completeEval(answer as Partial<EvalResult> | string);
  if (operation !== "exec" || sandbox === undefined) return answer;
  const { args, detach = false } = body as ExecRequest;
  return { ...sandbox.processes.add(args, answer as Partial<ExecResult> | string), running: detach };
}

/** The words for what nobody said anything about. */
function explainSilence({ operation, body }: FakeRequest): string {
  const what = body === undefined ? "" : ` ${JSON.stringify(body).slice(0, MAX_SHOWN)}`;
  return `nobody said what ${operation}${what} gives: daemon.on("${operation}", (request) => …)`;
}
