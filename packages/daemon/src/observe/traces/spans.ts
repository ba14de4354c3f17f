import { AsyncLocalStorage } from "node:async_hooks";
import { toForkdError } from "@forkd/contract";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Attributes, Context, Span, Tracer } from "@opentelemetry/api";
import type { TraceParent } from "./trace-parent.ts";

/** What a span is of. */
export interface SpanFacts {
  readonly name: string;
  readonly attributes?: Attributes;
}

/** A span that was begun, and what is done within it. */
export interface Scope {
  readonly span: Span;
  /** Until it has ended. What its work left to be done later, as by a timer, is no part of it. */
  isOpen: boolean;
  /** Whether it has parts. */
  isUsed: boolean;
}

/** Work that was timed by itself, by `performance.now()`. */
export interface TimedPhase {
  readonly name: string;
  readonly startedAtMs: number;
  readonly ms: number;
}

/** What is done within what, wherever it waits in between. */
export class Spans {
  readonly #tracer: Tracer;
  readonly #current = new AsyncLocalStorage<Scope>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** Begins what comes from elsewhere. It is told of once it is ended, and only then. */
  beginRequest(parent: TraceParent | undefined): Scope {
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
    return newScope(this.#tracer.startSpan("request", { kind: SpanKind.SERVER }, context));
  }

  /** Does work within a span that was begun. */
  run<Result>(scope: Scope, work: () => Result): Result {
    return this.#current.run(scope, work);
  }

  /** Does work as a part of what is done now, or of nothing. Work that closes its scope is not told of. */
  async whole<Result>(facts: SpanFacts, work: (scope: Scope) => Promise<Result>): Promise<Result> {
    const outer = this.#openScope();
    const context = outer ? trace.setSpan(ROOT_CONTEXT, outer.span) : ROOT_CONTEXT;
    const scope = this.#begin(facts, context);
    if (outer) outer.isUsed = true;
    try {
      return await this.#current.run(scope, () => work(scope));
    } catch (error) {
      markFailed(scope.span, toForkdError(error).code);
      throw error;
    } finally {
      if (scope.isOpen) endScope(scope);
    }
  }

  /** The same, where what is done now is told of. */
  async part<Result>(
    factsOf: () => SpanFacts,
    work: (scope: Scope | undefined) => Promise<Result>,
  ): Promise<Result> {
    return this.#openScope() === undefined ? await work(undefined) : await this.whole(factsOf(), work);
  }

  /** Tells of what was timed as parts of `scope`. */
  addPhases({ span }: Scope, phases: readonly TimedPhase[]): void {
    // The clock of a host may have been set since the daemon began.
    const originMs = Date.now() - performance.now();
    for (const { name, startedAtMs, ms } of phases) {
      const startTime = originMs + startedAtMs;
      this.#tracer.startSpan(name, { startTime }, trace.setSpan(ROOT_CONTEXT, span)).end(startTime + ms);
    }
  }

  #begin({ name, attributes = {} }: SpanFacts, context: Context): Scope {
    return newScope(this.#tracer.startSpan(name, { attributes }, context));
  }

  #openScope(): Scope | undefined {
    const scope = this.#current.getStore();
    return scope?.isOpen === true ? scope : undefined;
  }
}

function newScope(span: Span): Scope {
  return { span, isOpen: true, isUsed: false };
}

/** Ends what was begun; nothing that is done later is a part of it. */
export function endScope(scope: Scope): void {
  scope.isOpen = false;
  scope.span.end();
}

/** By its code alone: what an error says may quote what its caller sent. */
export function markFailed(span: Span, code: string): void {
  span.setAttribute("error.type", code);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}
