import type { FileInfo } from "@forkd/sdk";
import { toWire } from "@forkd/sdk";
import { printJson, printLine } from "../../output/print.ts";
import { withDaemon } from "../../session.ts";
import type { DaemonOptions, Session } from "../../session.ts";
import { tryEach } from "../../try-each.ts";
import { findPlace } from "./guest-place.ts";
import type { GuestPlace } from "./guest-place.ts";

interface Change<Result> {
  /** What became of each, for people. */
  readonly done: string;
  readonly change: (place: GuestPlace, session: Session) => Promise<Result>;
}

/** Changes something at each of several places, says of each what was done, and fails when one has failed. */
export async function changePlaces<Result extends FileInfo | { readonly path: string }>(
  places: readonly string[],
  options: DaemonOptions,
  { done, change }: Change<Result>,
): Promise<void> {
  await withDaemon(options, async (session) => {
    const changeOne = async (text: string): Promise<{ text: string; result: Result }> => {
      const result = await change(await findPlace(text, session), session);
      return { text, result };
    };
    const { results: changed, failure } = await tryEach(places, changeOne);
    if (options.json) printJson(changed.map(({ result }) => toWire(result)));
    else for (const { text } of changed) printLine(`${done} ${text}`);
    if (failure) throw failure.reason;
  });
}
