import { NEVER } from "../concurrency/abort.ts";
import { expect, test } from "vitest";
import { TokenBook } from "./token-book.ts";
import type { TokenRecord } from "./token-record.ts";

const OPTIONS = { signal: NEVER };
const CI = { name: "ci", scope: "use", ttl_secs: null, tenant: null } as const;

/** A book over a list that stands for its file, and the file's text. */
async function openBook(kept: TokenRecord[] = []) {
  const file = { text: JSON.stringify(kept) };
  const store = {
    read: async () => JSON.parse(file.text) as TokenRecord[],
    write: async (records: readonly TokenRecord[]) => void (file.text = JSON.stringify(records)),
  };
  return { file, store, book: await TokenBook.open(store) };
}

test("a token is found by its secret, which is kept nowhere", async () => {
  const { book, store, file } = await openBook();
  const { secret, record } = await book.create(CI, OPTIONS);
  expect(secret).toMatch(/^forkd_[0-9a-f]{40}$/);
  expect(file.text).not.toContain(secret.slice("forkd_".length));
  const later = await TokenBook.open(store);
  for (const known of [book, later]) {
    expect(known.find(secret)).toEqual(record);
    expect(known.isGood(record)).toBe(true);
    for (const wrong of ["", `${secret} `, secret.toUpperCase(), record.sha256])
      expect(known.find(wrong)).toBeUndefined();
  }
});

test("a name is taken until its token is revoked or has expired", async () => {
  const { book } = await openBook();
  const first = await book.create({ ...CI, ttl_secs: 0.001 }, OPTIONS);
  expect(first.record.expiresAtUnix).toBe(first.record.createdAtUnix + 1);
  await expect(book.create(CI, OPTIONS)).rejects.toMatchObject({ code: "token_name_taken" });
  const expired = { ...first.record, expiresAtUnix: 1 };
  const { book: another } = await openBook([expired]);
  expect(another.isGood(expired)).toBe(false);
  const { record } = await another.create(CI, OPTIONS);
  expect(another.list()).toEqual([record]);
});

test("a revoked token is good no more, and another of its name does not bring it back", async () => {
  const { book } = await openBook();
  const { secret, record } = await book.create(CI, OPTIONS);
  await book.revoke("ci", OPTIONS);
  expect(book.find(secret)).toBeUndefined();
  await book.create(CI, OPTIONS);
  expect(book.isGood(record)).toBe(false);
  await expect(book.revoke("cd", OPTIONS)).rejects.toMatchObject({
    code: "token_not_found",
    details: { known: ["ci"] },
  });
});

test("what could not be written is not in force", async () => {
  const { book, store } = await openBook();
  const { secret } = await book.create(CI, OPTIONS);
  store.write = () => Promise.reject(new Error("the disk is full"));
  await expect(book.revoke("ci", OPTIONS)).rejects.toThrow("the disk is full");
  expect(book.find(secret)).toBeDefined();
  await expect(book.create({ ...CI, name: "cd" }, OPTIONS)).rejects.toThrow("the disk is full");
  expect(book.list().map(({ name }) => name)).toEqual(["ci"]);
});

test("changes at the same time lose none of each other", async () => {
  const { book, store } = await openBook();
  const names = ["a", "b", "c", "d"];
  await Promise.all(names.map((name) => book.create({ ...CI, name }, OPTIONS)));
  expect((await TokenBook.open(store)).list().map(({ name }) => name)).toEqual(names);
});
