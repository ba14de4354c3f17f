import { sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import type { Forkd } from "@forkd/sdk";

/** What it takes to bring an idle child to rest, and back; in ms. */
export interface Life {
  readonly pause: Summary;
  readonly resume: Summary;
  readonly suspend: Summary;
  /** From the request to resume a suspended child until its first `eval` is answered. */
  readonly resumeToEval: Summary;
}

export async function measureLife(forkd: Forkd, tag: string, runs: number): Promise<Life> {
  await using children = await forkd.sandboxes.fork(tag);
  const [child] = children;
  if (!child) throw new Error("the fork gave no child");
  await child.eval("1");
  const pairs = async (rest: () => Promise<unknown>, wake: () => Promise<unknown>) => {
    const rests: number[] = [];
    const wakes: number[] = [];
    for (let run = 0; run < runs; run++) {
      rests.push(...(await sample(1, rest)));
      wakes.push(...(await sample(1, wake)));
    }
    return [summarize(rests), summarize(wakes)] as const;
  };
  const [pause, resume] = await pairs(
    () => child.pause(),
    () => child.resume(),
  );
  const [suspend, resumeToEval] = await pairs(
    () => child.suspend(),
    () => child.resume().then(() => child.eval("1")),
  );
  return { pause, resume, suspend, resumeToEval };
}
