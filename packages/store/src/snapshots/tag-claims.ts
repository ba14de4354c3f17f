/** What is being done with a tag that nobody else may touch meanwhile. */
type Claim = "being written" | "being removed" | "being replaced";

/** The tags that are being written or removed by this process. */
export class TagClaims {
  readonly #claims = new Map<string, { readonly claim: Claim }>();

  /** What is being done with this tag, or undefined. */
  find(tag: string): Claim | undefined {
    return this.#claims.get(tag)?.claim;
  }

  /** Claims a tag that is free; disposal gives it back. */
  take(tag: string, claim: Claim): Disposable {
    const mine = { claim };
    this.#claims.set(tag, mine);
    return {
      [Symbol.dispose]: () => {
        // After it was given back, somebody else may have it.
        if (this.#claims.get(tag) === mine) this.#claims.delete(tag);
      },
    };
  }
}
