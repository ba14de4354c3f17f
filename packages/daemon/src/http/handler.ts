import type { Readable } from "node:stream";
import type { EvalEvent, EvalResult, Operation, ROUTES } from "@forkd/contract";
import type {
  Caller,
  FileRange,
  GuestFileContent,
  GuestProcessEvent,
  Page,
  ProgressOptions,
} from "@forkd/core";
import type { z } from "zod";

type Table = typeof ROUTES;
type Parsed<Row, Part extends string> =
  Row extends Record<Part, infer Schema>
    ? Schema extends z.ZodType
      ? z.output<Schema>
      : Readable
    : undefined;

/** One request, parsed by its row of the route table. */
export interface Call<Row> extends ProgressOptions {
  readonly caller: Caller;
  readonly params: Parsed<Row, "params">;
  readonly query: Parsed<Row, "query">;
  readonly body: Parsed<Row, "body">;
  /** The part of a file that its Range header asks for. */
  readonly range: FileRange | undefined;
}

/** Bytes as they come; of a file with what they are of it. */
export type BytesReply = Readable & Partial<Pick<GuestFileContent, "span">>;

/** Exec replies can stream or be collected; the server does whichever the caller accepts. */
export interface ExecReply {
  readonly events: AsyncIterable<GuestProcessEvent>;
  readonly limitBytes: number;
  /** The command goes on by itself: one result tells no more than that it runs. */
  readonly detach: boolean;
}

/** An evaluation, of which the server does whichever the caller accepts. */
export interface EvalReply {
  readonly collect: () => Promise<EvalResult>;
  readonly stream: () => Promise<AsyncIterable<EvalEvent>>;
}

type Reply<Row> = Row extends { reply: "exec" }
  ? ExecReply
  : Row extends { reply: "eval" }
    ? EvalReply
    : Row extends { reply: "bytes" }
      ? BytesReply
      : Row extends { reply: "lines"; response: z.ZodType }
        ? AsyncIterable<z.output<Row["response"]>>
        : Row extends { reply: "page"; response: z.ZodType<(infer Item)[]> }
          ? Page<Item>
          : Row extends { response: z.ZodType }
            ? z.output<Row["response"]>
            : void;

/** What serves one operation. */
export type Handler<Name extends Operation> = (call: Call<Table[Name]>) => Promise<Reply<Table[Name]>>;

/** What serves some operations. */
export type Handlers<Names extends Operation = Operation> = { readonly [Name in Names]: Handler<Name> };

/** One request of any route. */
export interface AnyCall extends ProgressOptions {
  readonly caller: Caller;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly range: FileRange | undefined;
}

/** What serves any operation. */
export type AnyHandler = (call: AnyCall) => Promise<unknown>;
