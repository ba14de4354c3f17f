import { expect, test } from "vitest";
import { hasDefaultRoute } from "./ipv6-route.ts";

const ZEROS = "0".repeat(32);

test("a route to everywhere is one by a device that leads out", () => {
  const byLoopback = `${ZEROS} 00 ${ZEROS} 00 ${ZEROS} ffffffff 00000001 00000000 00200200       lo\n`;
  const toLink = `fd${ZEROS.slice(2)} 40 ${ZEROS} 00 ${ZEROS} 00000100 00000001 00000000 00000001     eth0\n`;
  expect(hasDefaultRoute(byLoopback + toLink)).toBe(false);
  const out = `${ZEROS} 00 ${ZEROS} 00 ${ZEROS} 00000400 00000002 00000000 00450003     eth0\n`;
  expect(hasDefaultRoute(byLoopback + out)).toBe(true);
});
