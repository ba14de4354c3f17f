import { JsonError, requireJsonBounds } from "@forkd/core";
import type { JsonBounds } from "@forkd/core";
import type { z } from "zod";
import { quoteGuestText } from "./protocol-error.ts";

/** The errors for a text that is no JSON which is read, and for one that has other fields than it must. */
export interface GuestJsonErrors {
  unread(why: string, cause: unknown): Error;
  misfit(issues: string, cause: unknown): Error;
}

/** What a guest sent as JSON, by a schema and within bounds. Throws one of the errors. */
export function parseGuestJson<T>(
  text: Buffer,
  schema: z.ZodType<T>,
  errors: GuestJsonErrors,
  bounds?: JsonBounds,
): T {
  let value: unknown;
  try {
    requireJsonBounds(text, bounds);
    value = JSON.parse(text.toString("utf8"));
  } catch (error) {
    throw errors.unread(error instanceof JsonError ? error.message : "is not JSON", error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw errors.misfit(describeIssues(parsed.error), parsed.error);
}

/** One sentence for the first faults of a value that a guest sent. */
function describeIssues(error: z.ZodError): string {
  const issues = error.issues.slice(0, 3).map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  return quoteGuestText(issues.join("; "));
}
