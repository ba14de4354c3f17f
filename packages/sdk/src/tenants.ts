import type { TenantInfo, TenantQuota } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions } from "./options.ts";

/** Those who share a daemon and see nothing of each other. For tokens of scope `admin`. */
export class Tenants {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Those that have a token, a sandbox or a quota, with what they use. */
  list(options: CallOptions = {}): Promise<readonly TenantInfo[]> {
    return this.#connection.call("listTenants", {}, options);
  }

  /**
   * Says how much one may use. What is left away has no limit, whatever it had.
   *
   * @example await forkd.tenants.set("acme", { sandboxes: 20, memoryMib: 8192 });
   */
  set(name: string, { signal, ...quota }: TenantQuota & CallOptions = {}): Promise<TenantInfo> {
    return this.#connection.call("setTenant", { params: { name }, body: quota }, { signal });
  }
}
