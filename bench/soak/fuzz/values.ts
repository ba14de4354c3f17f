import type { Dice } from "./dice.ts";

/** As much of JSON Schema as the OpenAPI document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** Values that mean something to the daemon, by the name of their field. */
export type Pools = Readonly<Record<string, readonly unknown[]>>;

const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  "",
  " ",
  "../../etc/passwd",
  "\u0000",
  "a\nb",
  "ünïcödé 🦊",
  "x".repeat(5000),
  "%2e%2e%2f",
  "$(id)",
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: 1, constructor: { prototype: 1 } },
];
/** How often a part of a value is replaced by something else. */
const MUTATION = 0.06;
const OMISSION = 0.3;
const LONGEST_ARRAY = 3;

/** Makes values that fit a schema, or nearly. */
export class Values {
  readonly #dice: Dice;
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #pools: Pools;

  constructor(dice: Dice, schemas: Readonly<Record<string, Schema>>, pools: Pools) {
    this.#dice = dice;
    this.#schemas = schemas;
    this.#pools = pools;
  }

  make(schema: Schema, name: string): unknown {
    if (this.#dice.happens(MUTATION)) return this.#dice.pick(ODD);
    const pool = this.#pools[name];
    if (pool !== undefined && this.#dice.happens(0.9)) return this.#dice.pick(pool);
    if (schema.$ref !== undefined) return this.make(this.#resolve(schema.$ref), name);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return this.make(this.#dice.pick(choices), name);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return this.#dice.pick(schema.enum);
    return this.#makeOfType(schema, name);
  }

  #makeOfType(schema: Schema, name: string): unknown {
    switch (schema.type ?? "") {
      case "object":
        return this.#makeObject(schema);
      case "array":
        return this.#makeArray(schema, name);
      case "string":
        return this.#dice.pick(["x", "true", "py", "/tmp/x", "a".repeat(1 + this.#dice.below(64))]);
      case "integer":
        return Math.round(this.#makeNumber(schema));
      case "number":
        return this.#makeNumber(schema);
      case "boolean":
        return this.#dice.happens(0.5);
      default:
        return null;
    }
  }

  #makeObject({ properties = {}, required = [] }: Schema): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const [name, schema] of Object.entries(properties)) {
      const isLeftOut = this.#dice.happens(required.includes(name) ? MUTATION : 1 - OMISSION);
      if (!isLeftOut) value[name] = this.make(schema, name);
    }
    if (this.#dice.happens(MUTATION)) value[`odd-${this.#dice.below(9)}`] = this.#dice.pick(ODD);
    return value;
  }

  #makeArray({ items = {} }: Schema, name: string): unknown[] {
    return Array.from({ length: this.#dice.below(LONGEST_ARRAY) }, () => this.make(items, `${name}[]`));
  }

  /** Near one end, mostly the lower one: what costs the most is asked for the least. */
  #makeNumber({ minimum = 0, maximum = 10 }: Schema): number {
    return this.#dice.happens(0.9) ? minimum + this.#dice.below(3) : maximum - this.#dice.below(2);
  }

  #resolve(reference: string): Schema {
    return this.#schemas[reference.slice(reference.lastIndexOf("/") + 1)] ?? {};
  }
}
