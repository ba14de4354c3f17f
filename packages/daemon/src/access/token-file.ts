import { dirname } from "node:path";
import { scopeSchema, sha256Schema, tenantNameSchema } from "@forkd/contract";
import { parseJsonNow } from "@forkd/core";
import type { TokenStore } from "@forkd/core";
import { readShortFile, replaceFile } from "@forkd/posix";
import { z } from "zod";

const LIMIT_BYTES = 4 * 1024 * 1024;

const fileSchema = z.strictObject({
  version: z.literal(1),
  tokens: z.array(
    z.strictObject({
      name: z.string(),
      scope: scopeSchema,
      sha256: sha256Schema,
      createdAtUnix: z.number().int(),
      expiresAtUnix: z.number().int().nullable(),
      tenant: tenantNameSchema.nullable().default(null),
    }),
  ),
});

/** Keeps tokens in one file that nobody else can read. A damaged one is an error that names it. */
export function createTokenFile(path: string): TokenStore {
  const damaged = (why: string): Error =>
    new Error(`${path} ${why}: put it back, or remove it from ${dirname(path)} to revoke all tokens`);
  return {
    async read() {
      const bytes = await readShortFile(path, LIMIT_BYTES, damaged);
      if (bytes === undefined) return [];
      const parsed = fileSchema.safeParse(parseOr(bytes, damaged));
      if (!parsed.success) throw damaged("is not valid");
      return parsed.data.tokens;
    },
    write: (tokens) => replaceFile(path, `${JSON.stringify({ version: 1, tokens })}\n`),
  };
}

function parseOr(bytes: Buffer, damaged: (why: string) => Error): unknown {
  try {
    return parseJsonNow(bytes);
  } catch (error) {
    throw damaged(`is not JSON (${(error as Error).message})`);
  }
}
