import { once } from "node:events";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { GATEWAY, GUEST } from "./tap-network.ts";

const ARP = 0x0806;
const REPLY = 2;
const OWN_MAC = Buffer.from("020000000001", "hex");

/** The other end of a card's stream of frames, each with its length before it. */
export class FramePeer implements AsyncDisposable {
  readonly #server = createServer();
  readonly #connection = once(this.#server, "connection") as Promise<[Socket]>;

  static async listen(path: string): Promise<FramePeer> {
    const peer = new FramePeer();
    peer.#server.listen(path);
    await once(peer.#server, "listening");
    return peer;
  }

  /** Asks the network for the guest, and gives the address of the card that answers. */
  async findGuest(): Promise<string> {
    const [socket] = await this.#connection;
    socket.write(withLength(arpRequest()));
    let received: Buffer = Buffer.alloc(0);
    for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readUInt32BE(0)) {
        const frame = received.subarray(4, 4 + received.readUInt32BE(0));
        received = received.subarray(4 + frame.length);
        if (frame.readUInt16BE(12) === ARP && frame.readUInt16BE(20) === REPLY)
          return frame.subarray(22, 28).toString("hex");
      }
    }
    throw new Error("the card's stream ended");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    const [socket] = await this.#connection;
    socket.destroy();
  }
}

function withLength(frame: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(frame.length);
  return Buffer.concat([length, frame]);
}

/** https://www.rfc-editor.org/rfc/rfc826: who has the guest's address? */
function arpRequest(): Buffer {
  const header = Buffer.from("08060001080006040001", "hex");
  return Buffer.concat([
    Buffer.alloc(6, 0xff),
    OWN_MAC,
    header,
    OWN_MAC,
    addressOf(GATEWAY),
    Buffer.alloc(6),
    addressOf(GUEST),
  ]);
}

function addressOf(text: string): Buffer {
  return Buffer.from(text.split(".").map(Number));
}
