import { isForkdApiError } from "@forkd/sdk";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";

/** What a word can be the name of; the first kind that has one of that name is meant. */
export const KINDS = ["sandbox", "snapshot", "image", "job", "token", "tenant", "webhook", "netns"] as const;
export type Kind = (typeof KINDS)[number];

type Look = (word: string, session: Session) => Promise<object | undefined>;

const LOOKS: Readonly<Record<Kind, Look>> = {
  sandbox: async (word, { find, signal }) => orMissing((await find(word)).refresh({ signal })),
  snapshot: async (word, { forkd, signal }) => {
    const snapshots = await forkd.snapshots.list({ signal });
    return snapshots.find(({ tag, id }) => tag === word || id === word);
  },
  image: async (word, { forkd, signal }) => {
    const images = await forkd.images.list({ signal });
    return images.find(({ id, names }) => names.includes(word) || isIdOf(word, id));
  },
  job: async (word, { forkd, signal }) => orMissing(forkd.jobs.get(word, { signal })),
  token: async (word, { forkd, signal }) => named(word, await forkd.tokens.list({ signal })),
  tenant: async (word, { forkd, signal }) => named(word, await forkd.tenants.list({ signal })),
  webhook: async (word, { forkd, signal }) =>
    (await forkd.webhooks.list({ signal })).find(({ id }) => id === word),
  netns: async (word, { forkd, signal }) => named(word, await forkd.netns.list({ signal })),
};

const LISTS: Readonly<Record<Kind, string>> = {
  sandbox: "forkd ps",
  snapshot: "forkd images --snapshots",
  image: "forkd images",
  job: "forkd jobs",
  token: "forkd token list",
  tenant: "forkd tenant list",
  webhook: "forkd webhook list",
  netns: "forkd netns list",
};

const named = <Found extends { readonly name: string }>(
  word: string,
  all: readonly Found[],
): Found | undefined => all.find(({ name }) => name === word);

/** Tables show the first 12 digits of an image's id. */
const isIdOf = (word: string, id: string): boolean => word.length >= 12 && id.startsWith(word);

/** An object of the daemon by what it is called, with its kind. Throws `not_found` when there is none. */
export async function findObject(
  word: string,
  kind: Kind | undefined,
  session: Session,
): Promise<{ readonly type: Kind } & object> {
  for (const each of kind === undefined ? KINDS : [kind]) {
    const looking = LOOKS[each](word, session);
    const found = await (kind === undefined ? unlessHidden(looking) : looking);
    if (found !== undefined) return { type: each, ...found };
  }
  const what = kind ?? "sandbox, snapshot, image, job, token, tenant, webhook or network namespace";
  const hint = `list them: ${kind === undefined ? "forkd ps, forkd images, forkd jobs" : LISTS[kind]}`;
  throw new CliError("not_found", `there is no ${what} ${word}`, { hint, exitCode: EXIT.notFound });
}

/** Undefined for what is not for this caller to see. */
async function unlessHidden(looking: Promise<object | undefined>): Promise<object | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (isForkdApiError(error) && error.status === 403) return undefined;
    throw error;
  }
}

/** Undefined for what is not there, and for what cannot be the name of such a thing. */
async function orMissing<Found>(work: Promise<Found>): Promise<Found | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isForkdApiError(error) && (error.status === 404 || error.code === "invalid_request"))
      return undefined;
    throw error;
  }
}
