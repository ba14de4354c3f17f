import { countUnfinished } from "./unfinished-character.ts";

/** The first bytes, in hex, of images that models can see; a dot is any. */
const IMAGES: readonly (readonly [string, RegExp])[] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^474946383[79]61/],
  ["image/webp", /^52494646.{8}57454250/],
];

/** The type of an image by its first bytes. */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString("hex");
  return IMAGES.find(([, pattern]) => pattern.test(head))?.[0];
}

export interface DecodedPart {
  readonly encoding: "utf-8" | "base64";
  readonly content: string;
  /** How many bytes the content is of. */
  readonly bytes: number;
}

/** Bytes as text, or in base 64 where they are none; `length` of them at most, and no half of a character. */
export function decodePart(all: Uint8Array, { length }: { readonly length: number }): DecodedPart {
  const taken = all.subarray(0, length);
  // What is left away at the end of a whole file is no character that goes on.
  const isPart = all.length > taken.length;
  const whole = taken.subarray(0, taken.length - (isPart ? countUnfinished(taken) : 0));
  const content = decodeUtf8(whole);
  if (content !== undefined && (content !== "" || all.length === 0))
    return { encoding: "utf-8", content, bytes: whole.length };
  return { encoding: "base64", content: Buffer.from(taken).toString("base64"), bytes: taken.length };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not text.
    return undefined;
  }
}
