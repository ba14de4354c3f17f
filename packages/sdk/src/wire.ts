import { OPAQUE_NAMES } from "./api.gen.ts";

const OPAQUE: ReadonlySet<string> = new Set(OPAQUE_NAMES);

type SnakeCase<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
  : "";

/** A surface type as the wire writes it: every property in snake case. Data such as `env` stays as it is. */
export type Wire<T> = T extends readonly (infer Item)[]
  ? Wire<Item>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { -readonly [Key in keyof T as Key extends string ? SnakeCase<Key> : Key]: Wire<T[Key]> }
    : T;

/** The surface (camel case) as the wire (snake case). */
export function toWire<T>(value: T): Wire<T> {
  return mapToWire(value) as Wire<T>;
}

function mapToWire(value: unknown): unknown {
  return mapNames(value, mapToWire, (name) => {
    const wireName = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return { renamed: wireName, wireName };
  });
}

/** The wire (snake case) as the surface (camel case). The shape is the daemon's promise. */
export function fromWire(value: unknown): unknown {
  return mapNames(value, fromWire, (wireName) => ({
    renamed: toSurfaceName(wireName),
    wireName,
  }));
}

/** A name of the wire (snake case) as the surface has it (camel case). */
export function toSurfaceName(wireName: string): string {
  return wireName.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function mapNames(
  value: unknown,
  recurse: (inner: unknown) => unknown,
  rename: (name: string) => { renamed: string; wireName: string },
): unknown {
  if (Array.isArray(value)) return value.map(recurse);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const { renamed, wireName } = rename(name);
      return [renamed, OPAQUE.has(wireName) ? inner : recurse(inner)];
    }),
  );
}
