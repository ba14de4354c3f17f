import type { Dice } from "./dice.ts";
import { Values } from "./values.ts";
import type { Pools, Schema } from "./values.ts";

/** As much of an OpenAPI document as requests are made of. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface ApiOperation {
  readonly operationId: string;
  readonly parameters?: readonly { in: string; name: string; schema: Schema; required?: boolean }[];
  readonly requestBody?: { content: Readonly<Record<string, { schema: Schema }>> };
}

/** A request, as bytes after which its sender may send no more. */
export interface FuzzedRequest {
  readonly name: string;
  readonly bytes: Buffer;
}

const JSON_TYPE = "application/json";
const TYPES = [JSON_TYPE, "text/plain", "application/octet-stream", "", "application/json; charset=x", ";;"];
const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"];

/** Makes requests to random operations of an API, each of them nearly right. */
export class FuzzedRequests {
  readonly #dice: Dice;
  readonly #values: Values;
  readonly #operations: readonly { path: string; method: string; operation: ApiOperation }[];

  /** Operations of `excluded` are those that would end what is tested. */
  constructor(
    dice: Dice,
    document: ApiDocument,
    { pools, excluded }: { pools: Pools; excluded: ReadonlySet<string> },
  ) {
    this.#dice = dice;
    this.#values = new Values(dice, document.components.schemas, pools);
    this.#operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation }))
        .filter(({ operation }) => !excluded.has(operation.operationId)),
    );
  }

  next(): FuzzedRequest {
    const { path, method, operation } = this.#dice.pick(this.#operations);
    const target = this.#fillPath(path, operation) + this.#makeQuery(operation);
    const body = this.#makeBody(operation);
    const used = this.#dice.happens(0.02) ? this.#dice.pick(METHODS) : method;
    const head = [`${used} ${target} HTTP/1.1`, "connection: close", ...this.#headersOf(body)];
    const bytes = Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body ?? Buffer.alloc(0)]);
    return { name: operation.operationId, bytes: this.#dice.happens(0.03) ? this.#damage(bytes) : bytes };
  }

  #fillPath(path: string, { parameters = [] }: ApiOperation): string {
    return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const schema = parameters.find((candidate) => candidate.name === name)?.schema ?? {};
      const text = String(this.#values.make(schema, name));
      return this.#dice.happens(0.99) ? encodeURIComponent(text) : "%zz";
    });
  }

  #makeQuery({ parameters = [] }: ApiOperation): string {
    const query = new URLSearchParams();
    for (const parameter of parameters.filter((candidate) => candidate.in === "query"))
      if (this.#dice.happens(parameter.required === true ? 0.95 : 0.4))
        query.append(parameter.name, String(this.#values.make(parameter.schema, parameter.name)));
    return query.size === 0 ? "" : `?${query.toString()}`;
  }

  #makeBody({ requestBody }: ApiOperation): Buffer | undefined {
    if (requestBody === undefined) return undefined;
    const schema = requestBody.content[JSON_TYPE]?.schema;
    if (schema === undefined) return Buffer.from("y".repeat(this.#dice.below(3000)));
    if (this.#dice.happens(0.01)) return Buffer.from("[".repeat(this.#dice.below(400_000)));
    if (this.#dice.happens(0.005)) return Buffer.alloc(300_000 + this.#dice.below(9_000_000), " ");
    const text = JSON.stringify(this.#values.make(schema, "body"));
    return Buffer.from(this.#dice.happens(0.02) ? text.slice(0, this.#dice.below(text.length)) : text);
  }

  #headersOf(body: Buffer | undefined): string[] {
    const lines = this.#dice.happens(0.2) ? ["accept: application/x-ndjson"] : [];
    if (this.#dice.happens(0.01)) lines.push(`x-long: ${"z".repeat(this.#dice.below(40_000))}`);
    if (body === undefined) return lines;
    const type = this.#dice.happens(0.95) ? JSON_TYPE : this.#dice.pick(TYPES);
    const length = this.#dice.happens(0.99) ? body.length : body.length + this.#dice.below(9) - 4;
    lines.push(`content-type: ${type}`, `content-length: ${length}`);
    if (this.#dice.happens(0.01)) lines.push(`content-length: ${this.#dice.below(99)}`);
    return lines;
  }

  /** One byte of the head that is another. The body is the operation's own to look at. */
  #damage(bytes: Buffer): Buffer {
    const damaged = Buffer.from(bytes);
    damaged[this.#dice.below(Math.min(200, bytes.length))] = this.#dice.below(256);
    return damaged;
  }
}
