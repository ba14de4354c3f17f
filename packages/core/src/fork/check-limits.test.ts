import { expect, test } from "vitest";
import { limitsOf } from "../model/limits.ts";
import { checkLimits, makeRoomForVmm } from "./check-limits.ts";

const guest = { memoryMib: 256, vcpus: 1 };

test.each([
  [256, 320],
  [300, 320],
  [320, 320],
  [512, 512],
  [null, null],
  [undefined, undefined],
])("of a guest with 256 MiB, a limit of %o is in force as %o", (asked, inForce) => {
  const request = makeRoomForVmm({ memory_limit_mib: asked }, guest);
  expect(request).toEqual({ memory_limit_mib: inForce });
  checkLimits(limitsOf(request), guest);
});

test("a limit below the guest's memory is refused with the figures", () => {
  const request = makeRoomForVmm({ memory_limit_mib: 255 }, guest);
  expect(() => checkLimits(limitsOf(request), guest)).toThrow(
    expect.objectContaining({ code: "memory_limit_too_small", details: { limitMib: 255, guestMib: 256 } }),
  );
});
