/** Makes, branches, compacts and removes snapshots below the given root until it is killed. Says when it has begun. */
import { createSnapshotStore } from "../src/index.ts";
import { PATIENT, describeSnapshot, fillDraft, storeBranch, storeSnapshot } from "./snapshot-fixture.ts";

const [root = ""] = process.argv.slice(2);
const store = createSnapshotStore({ root });
await store.recover();
process.stdout.write("begun\n");
for (let round = 0; ; round += 1) {
  const tag = `tag-${process.pid}-${round}`;
  const { manifest } = await storeSnapshot(store, tag);
  await storeBranch(store, `${tag}-branch`, manifest.id);
  await store.open(`${tag}-branch`, PATIENT);
  await using draft = await store.begin(null);
  await fillDraft(draft);
  const description = { ...describeSnapshot(draft.id), parentId: manifest.id };
  await draft.stage(description, PATIENT);
  await draft.commit(description, PATIENT);
  await store.compact(`${tag}-branch`, `${tag}-flat`, PATIENT);
  if (round % 2 === 1) await store.remove(tag, { dependents: "cascade" });
  else await store.remove(tag, { dependents: "untag" });
}
