/** Makes and removes snapshots below the given root until it is killed. Says so when it has begun. */
import { createSnapshotStore } from "../src/index.ts";
import { storeSnapshot } from "./snapshot-fixture.ts";

const [root = ""] = process.argv.slice(2);
const store = createSnapshotStore({ root });
await store.recover();
process.stdout.write("begun\n");
for (let round = 0; ; round += 1) {
  await storeSnapshot(store, `tag-${process.pid}-${round}`);
  if (round % 2 === 1) await store.remove(`tag-${process.pid}-${round}`);
}
