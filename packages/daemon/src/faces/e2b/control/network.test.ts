import { expect, test } from "vitest";
import { toEgress } from "./network.ts";

test("names, networks and addresses may be allowed where all else is denied", () => {
  const allowOut = ["pypi.org", "*.pythonhosted.org", "203.0.113.0/24"];
  expect(toEgress({ denyOut: ["0.0.0.0/0"], allowOut })).toEqual(allowOut);
  expect(toEgress({ allow_internet_access: false, allowOut })).toEqual(allowOut);
});

test("what is none of these is not", () => {
  for (const odd of ["exa mple.com", "*", "localhost", "10.0.0.300"])
    expect(() => toEgress({ allow_internet_access: false, allowOut: [odd] })).toThrow(
      expect.objectContaining({ code: "unsupported_option" }),
    );
});
