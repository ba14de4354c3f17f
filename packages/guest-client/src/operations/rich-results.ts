import { JsonError, requireJsonBounds } from "@forkd/core";
import type { RichResult } from "@forkd/contract";
import { z } from "zod";

/** As many as an agent passes on. */
export const MAX_RESULTS = 64;
/** As much as an agent passes on of all results of a call, as it tells them. */
export const MAX_DISPLAY_BYTES = 16 * 1024 * 1024;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const text = z.string().optional();
/** Some programs wrap it; what is no base 64 is left out. */
const image = z
  .string()
  .transform((content) => content.replaceAll(/\s/g, ""))
  .transform((content) => (BASE64.test(content) ? content : undefined))
  .optional();
const json = z.string().transform(parseJson).optional();

/** What an interpreter says of a result that its code displayed. */
export const displaySchema = z
  .object({
    main: z.boolean(),
    formats: z.object({
      text,
      html: text,
      markdown: text,
      svg: text,
      png: image,
      jpeg: image,
      pdf: image,
      latex: text,
      javascript: text,
      json,
      data: json,
      chart: json,
    }),
    extra: z.record(z.string().max(128), z.string()),
    truncated: z.boolean(),
  })
  .transform(({ main, formats, extra, truncated }): RichResult => ({
    is_main_result: main,
    ...formats,
    extra,
    truncated,
  }));

interface Value {
  readonly result: string | null;
  readonly result_json: string | null;
}

/** The value of a call that was told as its text alone, or nothing when there is none, or it was told before. */
export function describeMain(
  { result, result_json: asJson }: Value,
  told: readonly RichResult[],
): RichResult[] {
  if (result === null || told.some((each) => each.is_main_result)) return [];
  const value = asJson === null ? undefined : parseJson(asJson);
  const main = { is_main_result: true, text: result, extra: {}, truncated: false };
  return [value === undefined ? main : { ...main, json: value }];
}

/** A guest's JSON; what is none, or too much of it, is undefined. */
function parseJson(content: string): unknown {
  try {
    requireJsonBounds(Buffer.from(content));
    return JSON.parse(content);
  } catch (error) {
    if (error instanceof JsonError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
