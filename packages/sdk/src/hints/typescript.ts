import type { HintAction } from "../api.gen.ts";
import { toSurfaceName } from "../wire.ts";

type Value = HintAction["args"][string];

/** The name of an argument in TypeScript. Of `warm.kind`, a field of an argument, it is the field's. */
export function nameOf(arg: string): string {
  return toSurfaceName(arg.replace(/.*\./, ""));
}

/** A value as TypeScript writes it, whatever is in it; the argument's name where the reader is to choose. */
export function writeValue(arg: string, value: Value): string {
  if (value === null) return nameOf(arg);
  return typeof value === "object"
    ? `[${value.map((item) => JSON.stringify(item)).join(", ")}]`
    : JSON.stringify(value);
}

/** An object of arguments. One that the reader is to choose is but named. */
export function writeObject(args: readonly (readonly [string, Value])[]): string {
  const fields = args.map(([arg, value]) => (value === null ? nameOf(arg) : writeField(arg, value)));
  return `{ ${fields.join(", ")} }`;
}

/** One field of an object. */
export function writeField(arg: string, value: Value): string {
  return `${nameOf(arg)}: ${writeValue(arg, value)}`;
}
