import { expect, test } from "vitest";
import { override } from "./around.ts";

/** As ports are: with what is private to them, and an end. */
class Port implements AsyncDisposable, Disposable {
  readonly #done: string[] = [];

  get done(): readonly string[] {
    return this.#done;
  }

  work(): void {
    this.#done.push("work");
  }

  rest(): void {
    this.#done.push("rest");
  }

  [Symbol.dispose](): void {
    this.#done.push("dispose");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#done.push("asyncDispose");
  }
}

test("an object with other methods has its own state, and is disposed of as it was", async () => {
  const port = new Port();
  const told: string[] = [];
  const other = override(port, { work: () => void told.push("work") });
  {
    using here = other;
    here.work();
    here.rest();
  }
  {
    await using stack = new AsyncDisposableStack();
    stack.use(other);
  }
  expect(told).toEqual(["work"]);
  expect(other.done).toEqual(["rest", "dispose", "asyncDispose"]);
});
