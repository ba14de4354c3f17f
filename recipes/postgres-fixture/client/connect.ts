import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { int32, message, parseError, parseRow, readMessages, startupMessage } from "./messages.ts";
import type { Message } from "./messages.ts";
import { beginScram } from "./scram.ts";

/** Where a database is, and who asks. */
export interface Place {
  readonly host?: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

type Rows = readonly (readonly (string | null)[])[];

/** A connection to a server; its disposal ends it. */
export interface Connection extends AsyncDisposable {
  /** Throws what the server says of a query that fails. */
  query(sql: string): Promise<Rows>;
}

/** Connects to a PostgreSQL server. Just enough of a client for a demo: text, and one query at a time. */
export async function connectPostgres(place: Place): Promise<Connection> {
  const socket = connect({ host: place.host ?? "127.0.0.1", port: place.port, noDelay: true });
  const messages = readMessages(socket);
  socket.write(startupMessage(place.user, place.database));
  await logIn(socket, messages, place.password);
  return {
    async query(sql) {
      socket.write(message("Q", sql));
      return await readRows(messages);
    },
    async [Symbol.asyncDispose]() {
      const closed = socket.closed || once(socket, "close");
      socket.end(message("X"));
      socket.resume();
      await closed;
    },
  };
}

async function nextMessage(messages: AsyncGenerator<Message, void>): Promise<Message> {
  const { value } = await messages.next();
  if (!value) throw new Error("the server ended the connection");
  return value;
}

const AUTHENTICATION = { ok: 0, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;

async function logIn(
  socket: Socket,
  messages: AsyncGenerator<Message, void>,
  password: string,
): Promise<void> {
  const scram = beginScram(password);
  for (;;) {
    const { type, body } = await nextMessage(messages);
    if (type === "E") throw new Error(parseError(body));
    if (type === "Z") return;
    if (type !== "R") continue;
    const kind = body.readUInt32BE(0);
    if (kind === AUTHENTICATION.sasl)
      socket.write(message("p", "SCRAM-SHA-256", int32(scram.first.length), Buffer.from(scram.first)));
    else if (kind === AUTHENTICATION.saslContinue)
      socket.write(message("p", Buffer.from(scram.answer(body.toString("utf8", 4)))));
    else if (kind !== AUTHENTICATION.ok && kind !== AUTHENTICATION.saslFinal)
      throw new Error(`the server wants a way to log in that is not known here: ${kind}`);
  }
}

async function readRows(messages: AsyncGenerator<Message, void>): Promise<Rows> {
  const rows: (string | null)[][] = [];
  let failure: string | undefined;
  for (;;) {
    const { type, body } = await nextMessage(messages);
    if (type === "D") rows.push(parseRow(body));
    if (type === "E") failure = parseError(body);
    if (type !== "Z") continue;
    if (failure !== undefined) throw new Error(failure);
    return rows;
  }
}
