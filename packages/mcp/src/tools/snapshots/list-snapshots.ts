import { snapshotInfoSchema } from "@forkd/contract/schemas";
import { toWire } from "@forkd/sdk";
import { z } from "zod";
import { describeSnapshot } from "../../results/describe-snapshot.ts";
import { listLines } from "../../results/list-lines.ts";
import { defineTool } from "../../tool.ts";

export const listSnapshots = defineTool({
  name: "list_snapshots",
  title: "List snapshots",
  description:
    "List the snapshots that sandboxes can be forked from. A snapshot is a frozen, warmed-up machine; its tag is what " +
    "spawn_sandboxes takes.",
  effect: "reads",
  input: z.strictObject({}),
  output: z.object({ snapshots: z.array(snapshotInfoSchema) }),
  async run(_, { session, signal }) {
    const snapshots = await session.forkd.snapshots.list({ signal });
    const text = listLines(
      snapshots.map(describeSnapshot),
      "there are no snapshots: make one with create_snapshot",
    );
    return { data: { snapshots: toWire(snapshots) }, text };
  },
});
