/** What is being done with a tag that nobody else may touch meanwhile. */
type Claim = "being written" | "being removed" | "being replaced";

/** How large the machine of a snapshot is. */
export interface MachineSize {
  readonly memoryMib: number;
  readonly vcpus: number;
}

/** A snapshot that is being written, for a list of them. */
export interface WrittenSnapshot extends MachineSize {
  readonly tag: string;
  readonly startedAtUnix: number;
}

/** A tag that is nobody else's until disposal. */
export interface TagClaim extends Disposable {
  /** Lists the tag among those that are being written, once it is known that nothing has it. */
  announce(size: MachineSize): void;
}

/** The tags that are being written or removed. */
export class TagClaims {
  readonly #claims = new Map<string, { readonly claim: Claim; written?: WrittenSnapshot }>();

  /** What is being done with this tag, or undefined. */
  find(tag: string): Claim | undefined {
    return this.#claims.get(tag)?.claim;
  }

  /** Claims a tag that is free. */
  take(tag: string, claim: Claim): TagClaim {
    const mine: { claim: Claim; written?: WrittenSnapshot } = { claim };
    this.#claims.set(tag, mine);
    return {
      announce: (size) => {
        mine.written = { ...size, tag, startedAtUnix: Math.floor(Date.now() / 1000) };
      },
      [Symbol.dispose]: () => {
        // After it was given back, somebody else may have it.
        if (this.#claims.get(tag) === mine) this.#claims.delete(tag);
      },
    };
  }

  /** The snapshots that are being written. */
  listWritten(): WrittenSnapshot[] {
    return Array.from(this.#claims.values(), ({ written }) => written).filter(
      (written) => written !== undefined,
    );
  }
}
