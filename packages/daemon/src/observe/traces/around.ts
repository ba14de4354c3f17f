import type { Attributes } from "@opentelemetry/api";
import type { Spans, TimedPhase } from "./spans.ts";

/** How a method is told of. */
export interface Part<Args extends readonly unknown[], Result> {
  /** Without one it is no span, but what it gives may have parts. */
  readonly name?: string;
  readonly facts?: (...args: Args) => Attributes;
  /** Undefined: there was nothing to be done. */
  readonly outcome?: (result: Result) => Attributes | undefined;
  /** What was timed within it. */
  readonly phases?: (result: Result) => readonly TimedPhase[];
  /** What it gives, with parts of its own. */
  readonly give?: (result: Result) => Result;
}

/** How the methods of a port are told of, those that are named. */
export type Parts<Port> = {
  readonly [Name in keyof Port]?: Port[Name] extends (...args: infer Args) => Promise<infer Result>
    ? Part<Args, Result>
    : never;
};

type AnyPart = Part<readonly unknown[], unknown>;
type AnyMethod = (...args: readonly unknown[]) => Promise<unknown>;

/** The same port, with some of its methods told of as parts of whatever uses them. */
export function tellOf<Port extends object>(spans: Spans, port: Port, parts: Parts<Port>): Port {
  const methods = Object.entries<AnyPart>(parts as Readonly<Record<string, AnyPart>>).map(([name, part]) => {
    const method = (port as Readonly<Record<string, AnyMethod>>)[name]?.bind(port);
    return [name, method && tellOfMethod(spans, method, part)];
  });
  return override(port, Object.fromEntries(methods) as Partial<Port>);
}

function tellOfMethod(spans: Spans, method: AnyMethod, { name, ...part }: AnyPart): AnyMethod {
  const { facts = () => ({}), outcome, phases, give = (result) => result } = part;
  if (name === undefined) return async (...args) => give(await method(...args));
  return async (...args) =>
    await spans.part(
      () => ({ name, attributes: facts(...args) }),
      async (scope) => {
        const result = await method(...args);
        if (scope && outcome) {
          const attributes = outcome(result);
          if (attributes === undefined) scope.isOpen = false;
          else scope.span.setAttributes(attributes);
        }
        if (scope && phases) spans.addPhases(scope, phases(result));
        return give(result);
      },
    );
}

/** The same object, with some methods in place of its own. What is private to it stays so. */
export function override<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, key) => {
      if (Object.hasOwn(methods, key)) return methods[key as keyof Port];
      const value: unknown = Reflect.get(target, key, target);
      // Not by `bind`: V8 takes no bound function for the method of a disposable.
      return typeof value === "function"
        ? (...args: unknown[]): unknown => Reflect.apply(value, target, args)
        : value;
    },
  });
}
