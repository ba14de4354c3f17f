import type { SandboxId } from "@forkd/contract";

/** A port of a guest that is a port of the host's loopback, too. */
export interface PublishedPort {
  readonly port: number;
  /** On `127.0.0.1`. */
  readonly hostPort: number;
}

/** Ports that are asked for: 0 is any of the host's that is free. */
export type PortOrder = PublishedPort;

/** Listens on ports of the host for as long as there is a sandbox, whatever its machine does meanwhile. */
export interface PortPublisher {
  /** Opens all of them, or none. Throws `port_taken`. */
  open(id: SandboxId, ports: readonly PortOrder[]): Promise<readonly PublishedPort[]>;
  /** Ends those of a sandbox, with their connections. */
  close(id: SandboxId): Promise<void>;
}
