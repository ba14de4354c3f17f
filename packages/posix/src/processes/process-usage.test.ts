import { expect, test } from "vitest";
import { parseProcessUsage, readProcessUsage } from "./process-usage.ts";

const ROLLUP = `5559dce2e000-7ffc71020000 ---p 00000000 00:00 0                          [rollup]
Rss:               57036 kB
Shared_Clean:          3 kB
Shared_Dirty:          4 kB
Private_Clean:         1 kB
Private_Dirty:        20 kB
Private_Hugetlb:       0 kB
`;

test("CPU time, private and shared memory are added up, whatever the program's name is", () => {
  const stat = `7 (a) 1 (b)) S 1 7 7 0 -1 4194560 1 2 3 4 150 50 9 9 20 0 1 0 12345 0 0`;
  expect(parseProcessUsage(stat, ROLLUP)).toEqual({
    cpuMs: 2000,
    privateBytes: 21 * 1024,
    sharedBytes: 7 * 1024,
  });
});

test("this process has used something", async () => {
  const { cpuMs, privateBytes } = await readProcessUsage(process.pid);
  expect(cpuMs).toBeGreaterThan(0);
  expect(privateBytes).toBeGreaterThan(1024 * 1024);
});

test("of a process that is not there nothing is known", async () => {
  await expect(readProcessUsage(4_194_304)).rejects.toMatchObject({ code: "ENOENT" });
});
