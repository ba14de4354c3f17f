import { expect, it } from "vitest";
import { describePermissions } from "./permissions.ts";

it.each([
  ["file", 0o644, "-rw-r--r--"],
  ["file", 0o4755, "urwxr-xr-x"],
  ["dir", 0o1777, "dtrwxrwxrwx"],
  ["symlink", 0o777, "Lrwxrwxrwx"],
  ["char_device", 0o600, "Dcrw-------"],
] as const)("tells a %s of mode %o as %s", (type, mode, text) =>
  expect(describePermissions(type, mode)).toBe(text),
);
