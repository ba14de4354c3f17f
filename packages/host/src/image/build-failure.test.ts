import { expect, test } from "vitest";
import { checkEnd } from "./build-failure.ts";

const step = { image: "py", step: "packages", path: "/tmp" };
const failed = (line: string) => ({ ok: false, ended: "status 25", stdout: "", tail: [line] });

test("lets a good end pass", () => {
  expect(() => checkEnd({ ok: true, ended: "status 0", stdout: "", tail: [] }, step)).not.toThrow();
});

test.each([
  ["E: Unable to locate package nope", undefined, "image_build_failed", "ended with status 25"],
  ["cannot copy: No space left on device", undefined, "disk_full", "/tmp"],
  ["__populate_fs: Could not allocate block in ext2 filesystem", 256, "image_build_failed", "raise size_mib"],
])("explains '%s'", (line, sizeMib, code, words) => {
  const where = sizeMib === undefined ? step : { ...step, sizeMib };
  expect(() => checkEnd(failed(line), where)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(words) as string }),
  );
});

test("leaves out what mmdebstrap says about itself", () => {
  const tail = [
    "I: main() received signal PIPE: waiting for setup...",
    "I: finding correct signed-by value...",
    "W: Download is performed unsandboxed as root as file /x/lists/partial couldn't be accessed by user _apt",
    "E: command failed: echo FORKD-STEP resolve; apt-get update",
    "the reason",
    "E: mmdebstrap failed to run",
  ];
  expect(() => checkEnd({ ok: false, ended: "status 25", stdout: "", tail }, step)).toThrow(
    expect.objectContaining({
      details: { image: "py", step: "packages", output: ["the reason", "ended with status 25"] },
    }),
  );
});
