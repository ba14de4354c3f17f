import { invalid } from "./file-query.ts";

/** What the head of a part of a form says of it. */
export interface PartHead {
  readonly field: string | undefined;
  readonly filename: string | undefined;
}

const DISPOSITION = /^content-disposition:\s*form-data\s*(?<parameters>;[^\r\n]*)/im;
const PARAMETER = /;\s*(?<name>name|filename)="(?<value>(?:[^"\\]|\\.)*)"/gi;
/** Nothing else is escaped: some clients send a backslash as it is. */
const ESCAPED = /\\(["\\])/g;
const BOUNDARY = /;\s*boundary=(?:"(?<quoted>[^"]{1,70})"|(?<plain>[^\s;"]{1,70}))/i;

/** RFC 7578, 4.2. */
export function parsePartHead(text: string): PartHead {
  const { parameters = "" } = DISPOSITION.exec(text)?.groups ?? {};
  const found: Record<string, string> = {};
  for (const { groups } of parameters.matchAll(PARAMETER)) {
    const { name = "", value = "" } = groups ?? {};
    found[name.toLowerCase()] ??= value.replaceAll(ESCAPED, "$1");
  }
  return { field: found["name"], filename: found["filename"] };
}

/** What is between the parts of a form. Throws `invalid_request`. */
export function parseBoundary(contentType: string): string {
  const { quoted, plain } = BOUNDARY.exec(contentType)?.groups ?? {};
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw invalid("content-type", "has no boundary");
  return boundary;
}
