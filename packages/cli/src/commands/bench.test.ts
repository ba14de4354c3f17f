import { expect, test } from "vitest";
import { serveHttp } from "../../../sdk/test/http-fixture.ts";
import { forkd, reply } from "../../test/run-forkd.ts";
import { snapshotReply } from "../../test/replies.ts";

test("a benchmark without a snapshot that is ready says how to make one", async () => {
  await using server = await serveHttp(
    "tcp",
    reply(200, [snapshotReply({ status: "writing", bootable: false })]),
  );
  const { status, stdout, stderr } = await forkd(server.url, "bench");
  expect({ stdout, status }).toEqual({ stdout: "", status: 3 });
  expect(stderr).toContain("error: none of 1 snapshots is ready to be forked\n");
  expect(stderr).toContain("try: forkd from-image py-numpy --tag py\n");
});
