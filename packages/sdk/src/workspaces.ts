import type { WorkspaceInfo, WorkspaceRequest } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions, PageOptions, ProgressOptions } from "./options.ts";

/**
 * Sandboxes with a name and no time to live, which go to the disk instead of ending. Each is a sandbox:
 * `forkd.sandboxes.at(name)` is a handle on it.
 */
export class Workspaces {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Forks one from a snapshot. Throws `name_taken`, and what {@link Sandboxes.fork} throws.
   *
   * @example await forkd.workspaces.create({ name: "notes", snapshotTag: "py", idleTimeoutSecs: 600 });
   */
  create(request: WorkspaceRequest, options: ProgressOptions = {}): Promise<WorkspaceInfo> {
    return this.#connection.call("createWorkspace", { body: request }, options);
  }

  /** All workspaces. */
  list(options: CallOptions = {}): Promise<readonly WorkspaceInfo[]> {
    return this.#connection.call("listWorkspaces", {}, options);
  }

  /** The same in pages, by their names: see {@link Sandboxes.pages}. */
  pages(options: PageOptions = {}): AsyncGenerator<readonly WorkspaceInfo[], void, undefined> {
    return this.#connection.pages("listWorkspaces", options);
  }

  /** Throws `workspace_not_found`, as all below do. */
  get(name: string, options: CallOptions = {}): Promise<WorkspaceInfo> {
    return this.#connection.call("getWorkspace", { params: { name } }, options);
  }

  /** Puts it on disk, if it is not there. Throws as {@link Sandbox.suspend} does. */
  suspend(name: string, options: CallOptions = {}): Promise<WorkspaceInfo> {
    return this.#connection.call("suspendWorkspace", { params: { name }, body: {} }, options);
  }

  /** Lets it run, if it does not. Throws as {@link Sandbox.resume} does. */
  resume(name: string, options: CallOptions = {}): Promise<WorkspaceInfo> {
    return this.#connection.call("resumeWorkspace", { params: { name } }, options);
  }

  /** Ends it, and removes all that is its own. Its snapshot stays. */
  delete(name: string, options: CallOptions = {}): Promise<void> {
    return this.#connection.call("deleteWorkspace", { params: { name } }, options);
  }
}
