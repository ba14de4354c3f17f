import { ServerResponse } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { endAfterAnswer } from "../../http/requests/linger.ts";
import { probeCaller, probeUnread } from "../../http/requests/probe-caller.ts";
import type { RawHeaders } from "./headers.ts";

/**
 * An answer on a connection that was to become something else, and ends with it. Until one is begun,
 * {@link switchProtocols} may still make the connection what it was to be.
 */
export class UpgradeResponse extends ServerResponse {
  readonly #bare: Socket;
  /** Nobody reads what the caller says meanwhile, so its end is not seen. */
  readonly #probing: Disposable;
  readonly #onDrain = (): void => void this.emit("drain");
  readonly #onClose = (): void => this.#probing[Symbol.dispose]();

  /** Undefined when a request that came before on the connection is still being answered. */
  static open(request: IncomingMessage, socket: Duplex): UpgradeResponse | undefined {
    try {
      return new UpgradeResponse(request, socket);
    } catch {
      return undefined;
    }
  }

  private constructor(request: IncomingMessage, socket: Duplex) {
    super(request);
    // Node's server gives what it has taken the connection over as, and that is one.
    this.#bare = socket as Socket;
    this.shouldKeepAlive = false;
    this.assignSocket(this.#bare);
    this.#probing = probeCaller(socket);
    socket.on("drain", this.#onDrain);
    socket.on("close", this.#onClose);
    this.on("finish", () => {
      this.#detach();
      endAfterAnswer(socket);
    });
  }

  /** Says 101: the connection is no longer this answer's. */
  switchProtocols(headers: RawHeaders): void {
    this.#detach();
    const fields = headers.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
    this.#bare.write(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n`, "latin1");
    probeUnread(this.#bare);
  }

  #detach(): void {
    this.#probing[Symbol.dispose]();
    this.#bare.off("drain", this.#onDrain);
    this.detachSocket(this.#bare);
  }
}
