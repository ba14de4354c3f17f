import { describe, expect, test } from "vitest";
import { renderTable } from "./table.ts";
import type { Column } from "./table.ts";
import { clipLine, toSafeText } from "./text.ts";
import { formatBytes, formatDuration, formatRelative } from "./units.ts";

const plain = (_: unknown, text: string): string => text;

describe("a table", () => {
  test("lines its columns up by what a terminal shows", () => {
    const rows = [
      { name: "日本", size: 5 },
      { name: "x", size: 1000 },
    ];
    const lines = renderTable(
      rows,
      [
        { head: "NAME", cell: ({ name }) => name },
        { head: "SIZE", cell: ({ size }) => String(size), align: "right" },
      ],
      { style: plain },
    );
    expect(lines).toEqual(["NAME  SIZE", "日本     5", "x     1000"]);
  });

  test("has no control characters and no line breaks inside of a cell", () => {
    const [, line] = renderTable(
      [{ name: "a\u001B[31mb\nc\u0007" }],
      [{ head: "N", cell: ({ name }) => name }],
      { style: plain },
    );
    expect(line).toBe("ab c\uFFFD");
  });
});

describe("a table on a terminal", () => {
  const rows = [
    {
      id: "sb_4k2m9x7q0v3bz8wc",
      tag: "a-rather-long-tag-of-a-snapshot",
      size: "256 MiB",
      created: "3 min ago",
    },
  ];
  const columns: Column<(typeof rows)[number]>[] = [
    { head: "SANDBOX", cell: ({ id }) => id },
    { head: "SNAPSHOT", cell: ({ tag }) => tag },
    { head: "MEMORY", cell: ({ size }) => size, align: "right" },
    { head: "CREATED", cell: ({ created }) => created },
  ];

  test.each([
    [Infinity, "sb_4k2m9x7q0v3bz8wc  a-rather-long-tag-of-a-snapshot  256 MiB  3 min ago"],
    [100, "sb_4k2m9x7q0v3bz8wc  a-rather-long-tag-of-a-snapshot  256 MiB  3 min ago"],
    [60, "sb_4k2m9x7q0v3bz8wc  a-rather-long-tag-…  256 MiB  3 min ago"],
    [50, "sb_4k2m9x7q0v3bz8wc  a-rather…  256 MiB  3 min ago"],
    [40, "sb_4k2m9x7q0v3bz8wc  a-rathe…  256 MiB"],
    [10, "sb_4k2m9x7q0v3bz8wc"],
  ])("of %s columns keeps what names a row, cuts texts and leaves columns out", (room, line) => {
    const lines = renderTable(rows, columns, { style: plain, room });
    expect(lines[1]).toBe(line);
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThanOrEqual(Math.max(room, 19));
  });
});

test("text of a guest cannot move the cursor or change colours", () => {
  expect(toSafeText("ok\u001B[2J\u001B]0;title\u0007\r\u009B5m\nnext\tline")).toBe("ok\uFFFD\nnext\tline");
});

test.each([
  ["\nfirst\r\nsecond", 10, "first"],
  ["0123456789", 10, "0123456789"],
  ["0123456789a", 10, "012345678…"],
  ["日本語日本語", 6, "日本…"],
  ["no terminal", 0, "no terminal"],
])("of %j a line of %d columns is %s", (text, columns, line) => expect(clipLine(text, columns)).toBe(line));

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1536, "1.5 KiB"],
  [268_435_456, "256 MiB"],
  [1_073_741_824, "1 GiB"],
])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0.34, "0.3 ms"],
  [84.4, "84 ms"],
  [3900, "3.9 s"],
  [125_000, "2 min 5 s"],
  [7_500_000, "2 h 5 min"],
])("%d ms are %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  [1000, "just now"],
  [995, "5 s ago"],
  [820, "3 min ago"],
  [1000 - 7200, "2 h ago"],
  [1000 - 200_000, "2 d ago"],
  [1090, "in 1 min"],
])("%d is %s at 1000", (unix, text) => expect(formatRelative(unix, 1000)).toBe(text));
