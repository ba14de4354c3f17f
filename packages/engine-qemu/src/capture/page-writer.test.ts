import { mkdtempDisposable, open, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PageWriter } from "./page-writer.ts";

const PAGE = 4096;

test("writes pages at their places, in whatever order they come", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-pages-"));
  await using file = await open(join(directory.path, "memory"), "wx");
  const writer = new PageWriter(file);
  const pages = Array.from({ length: 1500 }, (_, n) => (n % 7 === 3 ? 1499 - n : n)).filter(
    (page, n, all) => all.indexOf(page) === n,
  );
  for (const page of pages) {
    writer.page(page, Buffer.alloc(PAGE, page % 251));
    await writer.waitForRoom();
  }
  await writer.finish();
  const bytes = await readFile(join(directory.path, "memory"));
  expect(
    pages.every((page) => bytes[page * PAGE] === page % 251 && bytes[page * PAGE + PAGE - 1] === page % 251),
  ).toBe(true);
});

test("tells of a write that failed", async () => {
  await using file = await open("/dev/full", "w");
  const writer = new PageWriter(file);
  for (let page = 0; page < 300; page++) writer.page(page, Buffer.alloc(PAGE, 1));
  await writer.settle();
  await expect(writer.waitForRoom()).rejects.toMatchObject({ code: "ENOSPC" });
  await expect(writer.finish()).rejects.toMatchObject({ code: "ENOSPC" });
});
