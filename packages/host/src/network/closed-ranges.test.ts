import { expect, test } from "vitest";
import { isPublicAddress } from "./closed-ranges.ts";

test.each(["1.1.1.1", "100.63.255.255", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "2a00::1"])(
  "%s is public",
  (address) => expect(isPublicAddress(address)).toBe(true),
);

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.1.2.3",
  "169.254.169.254",
  "172.31.255.255",
  "192.168.1.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:1.1.1.1",
  "64:ff9b::7f00:1",
  "fc00::1",
  "fe80::1",
  "ff02::1",
  "2002:7f00:1::",
  "fe80::1%lo",
  "example.org",
])("%s is not public", (address) => expect(isPublicAddress(address)).toBe(false));
