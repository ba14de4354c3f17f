import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { readParts } from "./read-parts.ts";

const TYPE = "multipart/form-data; boundary=b";
const part = (name: string, filename: string, content: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\n\r\n${content}\r\n`;
const END = "--b--\r\n";
const bodyOf = (form: string): Readable => Readable.from([Buffer.from(form)]);

async function readAll(body: AsyncIterable<Buffer>): Promise<[string | undefined, string][]> {
  const read: [string | undefined, string][] = [];
  for await (const { filename, content } of readParts(body, TYPE)) read.push([filename, await text(content)]);
  return read;
}

it("gives the files of a form with the whole of their names, and nothing else of it", async () => {
  const form = part("file", "/a/ü b", "1") + part("other", "x", "2") + part("file", "../c", "") + END;
  expect(await readAll(bodyOf(form))).toEqual([
    ["/a/ü b", "1"],
    ["../c", ""],
  ]);
});

it.each([
  ["ends in the middle of a file", part("file", "a", "1").trimEnd()],
  ["ends in the middle of a head", `${part("file", "a", "1")}--b\r\nContent-Disp`],
  ["has no end", part("file", "a", "1")],
  ["is of nothing known", "{}"],
  ["has no line behind a boundary", `--bx\r\n${END}`],
  ["has a head without an end", `--b\r\n${"x".repeat(20_000)}`],
])("refuses a form that %s", async (_what, form) => {
  await expect(readAll(bodyOf(form))).rejects.toMatchObject({ code: "invalid_request" });
});

it("passes over what is not read of a file", async () => {
  const form = part("file", "a", "x".repeat(200_000)) + part("file", "b", "2") + END;
  const names: (string | undefined)[] = [];
  for await (const { filename } of readParts(bodyOf(form), TYPE)) names.push(filename);
  expect(names).toEqual(["a", "b"]);
});

it("finds its marks however the body is cut", async () => {
  const form = Buffer.from(part("file", "a", "\r\n--\r\n-b--") + part("file", "b", "2") + END);
  for (let bytes = 1; bytes < 40; bytes++) {
    const chunks = Array.from({ length: Math.ceil(form.length / bytes) }, (_, i) =>
      form.subarray(i * bytes, (i + 1) * bytes),
    );
    expect(await readAll(Readable.from(chunks))).toEqual([
      ["a", "\r\n--\r\n-b--"],
      ["b", "2"],
    ]);
  }
});

it("reads on only as its files are read", async () => {
  let sent = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from(part("file", "a", ""));
    for (;;) {
      sent += 1;
      yield Buffer.alloc(65_536);
    }
  }
  for await (const { content } of readParts(endless(), TYPE)) {
    content.read(1);
    await new Promise((resolve) => content.once("readable", resolve));
    break;
  }
  expect(sent).toBeLessThan(8);
});

it("takes no more than a thousand parts", async () => {
  const form = part("file", "a", "").repeat(1001) + END;
  await expect(readAll(bodyOf(form))).rejects.toThrow("more than 1000 parts");
});

it("refuses a form without a boundary", async () => {
  const reading = readParts(bodyOf(END), "multipart/form-data").next();
  await expect(reading).rejects.toMatchObject({ code: "invalid_request" });
});
