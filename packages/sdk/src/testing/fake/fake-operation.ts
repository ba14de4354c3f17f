import type { OPERATIONS, Operations, SandboxInfo } from "../../api.gen.ts";
import type { OperationName } from "../../connection.ts";

type Reply<Name extends OperationName> = (typeof OPERATIONS)[Name]["reply"];
type Response<Name extends OperationName> = Operations[Name]["response"];
type Body<Name extends OperationName> = Operations[Name]["request"] extends { readonly body?: infer Told }
  ? Told
  : undefined;

/** What the daemon was asked, as it came over the wire. */
export interface FakeRequest<Name extends OperationName = OperationName> {
  readonly operation: Name;
  readonly params: Readonly<Record<string, string>>;
  /** By the names that the SDK has; values as they are in a URL. One that was given more than once has its last. */
  readonly query: Readonly<Record<string, string>>;
  /** The same with all values of each. */
  readonly queries: Readonly<Record<string, readonly string[]>>;
  readonly body: Body<Name>;
  /** What was uploaded. */
  readonly content: Uint8Array;
  /** The sandbox that it is about. */
  readonly sandbox: SandboxInfo | undefined;
}

/**
 * What is answered. Of an exec and an eval as much as matters, or a text: the standard output, the value. Nothing
 * (`undefined`) leaves the request to who was there before.
 */
export type FakeAnswer<Name extends OperationName> =
  | (Name extends "exec" | "eval"
      ? Partial<Response<Name>> | string
      : Reply<Name> extends "bytes"
        ? string | Uint8Array
        : Reply<Name> extends "lines"
          ? readonly Response<Name>[]
          : Reply<Name> extends "empty"
            ? Readonly<Record<string, never>>
            : Response<Name>)
  | undefined;

/** Answers an operation, or throws a {@link ForkdApiError} as the daemon's refusal. */
export type FakeHandler<Name extends OperationName = OperationName> = (
  request: FakeRequest<Name>,
) => FakeAnswer<Name> | Promise<FakeAnswer<Name>>;

/** Handlers by their operations. */
export type FakeHandlers = { readonly [Name in OperationName]?: FakeHandler<Name> };
