import { STATUS_CODES } from "node:http";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ForkdError } from "@forkd/contract";
import type { RawHeaders } from "./headers.ts";

/** Answers with an error as the API does, or breaks off an answer that has begun. */
export function refuse(response: ServerResponse, error: ForkdError): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(error.status, ["content-type", "application/json"]);
  response.end(JSON.stringify(error.toWire(crypto.randomUUID())));
}

/** The same on a connection that was to become something else, which ends with it. */
export function refuseUpgrade(socket: Duplex, error: ForkdError): void {
  const body = JSON.stringify(error.toWire(crypto.randomUUID()));
  const length = String(Buffer.byteLength(body));
  const head = ["content-type", "application/json", "content-length", length, "connection", "close"];
  writeHead(socket, error.status, head);
  socket.end(body);
}

/** Writes the head of an answer to a bare connection. */
export function writeHead(socket: Duplex, status: number, headers: RawHeaders): void {
  const fields = headers.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${fields}\r\n`, "latin1");
}
