import { buffer } from "node:stream/consumers";
import { readParts } from "../../packages/daemon/src/faces/e2b/envd/files/read-parts.ts";
import { cutAnywhere } from "../cut-anywhere.ts";
import { alone } from "../target.ts";
import type { FuzzTarget } from "../target.ts";

const TYPE = "multipart/form-data; boundary=b";

const part = (head: string, content: string): string => `--b\r\n${head}\r\n\r\n${content}\r\n`;
const file = (name: string, content: string): string =>
  part(
    `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain`,
    content,
  );
const field = part('Content-Disposition: form-data; name="other"', "x".repeat(2000));

const SEEDS = [
  `${file("/a/b", "1")}${field}${file('c\\"d', "\r\n--\r\n-b--")}--b--\r\n`,
  `preamble\r\n${file("", "e".repeat(3000))}--b--\r\nepilogue`,
  `${part("", "")}--b--`,
].map((form) => Buffer.from(form));

/** Files that a client sends as a form. */
export const formParts: FuzzTarget = {
  name: "form-parts",
  open: () => Promise.resolve(alone(cutAnywhere(SEEDS, read))),
};

async function read(bytes: Buffer, size: number): Promise<string> {
  const files: [string | undefined, string][] = [];
  for await (const { filename, content } of readParts(piecesOf(bytes, size), TYPE))
    files.push([filename, (await buffer(content)).toString("latin1")]);
  return JSON.stringify(files);
}

async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
