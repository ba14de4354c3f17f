import type { RestoreSpec } from "@forkd/core";
import { createEngine, soon } from "./fixture.ts";

const spec = JSON.parse(process.argv[2] ?? "") as RestoreSpec;
const { pid, startTicks } = await createEngine().restore(spec, soon());
process.stdout.write(JSON.stringify({ pid, startTicks, directory: spec.directory, paused: false }));
