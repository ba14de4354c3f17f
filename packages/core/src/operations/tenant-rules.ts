import { ForkdError, isForkdError, SNAPSHOT_ID_PATTERN, TENANT_MARK } from "@forkd/contract";
import type { GroupRequest, SandboxId } from "@forkd/contract";
import { ownsName, seesName, seesSandbox } from "../tenants/sight.ts";
import type { Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

/** What an order names. */
interface Names {
  /** Snapshots that are looked at or forked. */
  readonly reads?: string | readonly string[];
  /** A tag that will be there. */
  readonly makes?: string | null | undefined;
  /** A tag that is removed. */
  readonly changes?: string;
  readonly image?: string;
}

/**
 * `own`: of one machine, or of what the operation itself shows to its caller alone. `nobody`: for those who see all there
 * is. Else what it names beside a machine.
 */
export type TenantRule = "own" | "nobody" | ((order: never) => Names);

const OWN = "own";
const NOBODY = "nobody";
const readsTag = ({ tag: reads }: { readonly tag: string }): Names => ({ reads });
const readsParent = ({ snapshot_tag: reads }: { readonly snapshot_tag: string }): Names => ({ reads });

/** What one of a tenant may ask for, by operations. */
export const TENANT_RULES = {
  listSandboxes: OWN,
  describeSandbox: OWN,
  lookAtSandbox: OWN,
  adoptSandbox: OWN,
  killSandbox: OWN,
  killSandboxes: OWN,
  updateSandbox: OWN,
  pauseSandbox: OWN,
  suspendSandbox: OWN,
  resumeSandbox: OWN,
  stop: NOBODY,
  askGuest: OWN,
  exec: OWN,
  attach: OWN,
  evaluate: OWN,
  evaluateStream: OWN,
  removeFile: OWN,
  updateFile: OWN,
  getFileInfo: OWN,
  listFiles: OWN,
  watchFiles: OWN,
  makeDirectory: OWN,
  moveFile: OWN,
  listContexts: OWN,
  createContext: OWN,
  restartContext: OWN,
  interruptContext: OWN,
  removeContext: OWN,
  measureSandbox: OWN,
  readFile: OWN,
  writeFile: OWN,
  signFileUrl: OWN,
  readDirectory: OWN,
  writeDirectory: OWN,
  listPorts: OWN,
  waitForPort: OWN,
  connectToPort: OWN,
  listNetns: NOBODY,
  setUpNetns: NOBODY,
  listTokens: NOBODY,
  createToken: NOBODY,
  revokeToken: NOBODY,
  listTenants: NOBODY,
  setTenant: NOBODY,
  listWebhooks: NOBODY,
  createWebhook: NOBODY,
  removeWebhook: NOBODY,
  listJobs: OWN,
  getJob: OWN,
  cancelJob: OWN,
  listImages: OWN,
  buildImage: NOBODY,
  removeImage: NOBODY,
  listSnapshots: OWN,
  describeSnapshot: readsTag,
  createSnapshot: ({ tag: makes, image }: { readonly tag: string; readonly image: string }): Names => ({
    makes,
    image,
  }),
  removeSnapshot: ({ tag: changes }: { readonly tag: string }): Names => ({ changes }),
  describeFamily: readsTag,
  compactSnapshot: ({ tag: reads, to: makes }: { readonly tag: string; readonly to: string }): Names => ({
    reads,
    makes,
  }),
  describeTree: OWN,
  collectGarbage: NOBODY,
  packSnapshot: NOBODY,
  pushSnapshot: NOBODY,
  pullSnapshot: NOBODY,
  fork: readsParent,
  forkSandbox: OWN,
  forkGroup: ({ members }: Pick<GroupRequest, "members">): Names => ({
    reads: members.map((member) => member.snapshot_tag),
  }),
  branchSandbox: ({ request }: { readonly request: { readonly tag: string | null } }): Names => ({
    makes: request.tag,
  }),
  listWorkspaces: OWN,
  describeWorkspace: OWN,
  createWorkspace: readsParent,
  suspendWorkspace: OWN,
  resumeWorkspace: OWN,
  deleteWorkspace: OWN,
} satisfies Readonly<Record<string, TenantRule>>;

interface Asked {
  readonly caller: Caller;
  readonly order: { readonly id?: SandboxId };
}

/**
 * Lets one of a tenant ask for what is the tenant's own, and look at what is nobody's. Throws what is told of things that
 * are not there for all that is another's; `not_permitted` for what is not for tenants.
 */
export async function requireTenantsOwn(
  ports: Pick<OperationPorts, "registry" | "snapshots" | "images">,
  rule: TenantRule,
  { caller, order }: Asked,
): Promise<void> {
  if (caller.tenant === undefined) return;
  if (rule === NOBODY) throw notForTenants(caller);
  const { id } = order;
  if (id !== undefined && ports.registry.has(id) && !seesSandbox(caller, ports.registry.look(id).record))
    throw new ForkdError("sandbox_not_found", { id });
  if (rule === OWN) return;
  const { reads, makes, changes, image } = rule(order as never);
  if (makes && !ownsName(caller, makes)) throw notItsName(caller.tenant);
  if (image !== undefined && !(await seesImage(ports, caller, image)))
    throw new ForkdError("image_not_found", { image, known: await knownImages(ports, caller) });
  for (const tag of [reads, changes].flat())
    if (tag !== undefined && !(await seesSnapshot(ports, caller, tag)))
      throw new ForkdError("snapshot_not_found", { tag, known: await knownTags(ports, caller) });
  if (changes !== undefined && !ownsName(caller, changes)) throw notForTenants(caller);
}

/** For what is of the whole daemon. Throws `not_permitted`. */
export function requireNoTenant(caller: Caller): void {
  if (caller.tenant !== undefined) throw notForTenants(caller);
}

/** An error that names others' things, without these. */
export function hideOthers(error: unknown, caller: Caller): unknown {
  if (caller.tenant === undefined || !isForkdError(error)) return error;
  const { known } = error.details as { readonly known?: unknown };
  if (!Array.isArray(known)) return error;
  const seen = known.filter((name) => typeof name === "string" && seesName(caller, name));
  return new ForkdError(error.code, { ...(error.details as object), known: seen } as never, { cause: error });
}

function notForTenants({ name, scope, tenant }: Caller): ForkdError {
  return new ForkdError("not_permitted", {
    token: name,
    scope: `${scope} of tenant ${tenant}`,
    needed: "no tenant",
  });
}

function notItsName(tenant: string): ForkdError {
  const message = `must begin with ${tenant}${TENANT_MARK}, as all that is made by tenant ${tenant}`;
  return new ForkdError("invalid_request", { issues: [{ path: "tag", message }] });
}

type Stores = Pick<OperationPorts, "snapshots" | "images">;

/** By an id, what has a tag that the caller sees, or none any more: such an id is known only to who has used it. */
async function seesSnapshot({ snapshots }: Stores, caller: Caller, reference: string): Promise<boolean> {
  if (!SNAPSHOT_ID_PATTERN.test(reference)) return seesName(caller, reference);
  const link = (await snapshots.listLinks()).find(({ manifest }) => manifest.id === reference);
  return link === undefined || link.tags.length === 0 || link.tags.some((tag) => seesName(caller, tag));
}

async function seesImage({ images }: Stores, caller: Caller, image: string): Promise<boolean> {
  const found = (await images.list()).find(({ id, names }) => id === image || names.includes(image));
  return (
    found === undefined || found.names.length === 0 || found.names.some((name) => seesName(caller, name))
  );
}

async function knownTags({ snapshots }: Stores, caller: Caller): Promise<string[]> {
  const tags = (await snapshots.listLinks()).flatMap((link) => link.tags);
  return tags.filter((tag) => seesName(caller, tag));
}

async function knownImages({ images }: Stores, caller: Caller): Promise<string[]> {
  const names = (await images.list()).flatMap((image) => image.names);
  return names.filter((name) => seesName(caller, name));
}
