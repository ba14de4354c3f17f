import type { HintArgument, HintOperation } from "./shell-commands.ts";

/** What an argument may be. Null stands for what the reader chooses. */
export type HintValue = string | number | boolean | string[] | null;

/** An operation to call, with those of its arguments that are known. */
export interface HintAction {
  readonly operation: HintOperation;
  readonly args: Readonly<Record<string, HintValue>>;
}

/** An argument of an operation, named; with `value`, what it should be. */
export interface HintOption {
  readonly operation: HintOperation;
  readonly option: string;
  readonly value?: HintValue;
}

export type HintPart = string | HintAction | HintOption;
/** What mends an error: plain advice, or advice with parts that each client says in its own words. */
export type Hint = string | HintPart[];

/** A hint of text, which stays as it is, and what {@link act} and {@link option} give. */
export function hint(texts: TemplateStringsArray, ...values: readonly (HintPart | number)[]): HintPart[] {
  const [first = "", ...others] = texts;
  const parts = values.flatMap((value, i) => [
    typeof value === "object" ? value : String(value),
    others[i] ?? "",
  ]);
  return [first, ...parts].filter((part) => part !== "");
}

/**
 * An operation to call. An argument that is left away need not be said; one that is null is for the reader to choose.
 *
 * @example hint`remove them too: ${act("deleteSnapshot", { tag, cascade: true })}`
 */
export function act<Operation extends HintOperation>(
  operation: Operation,
  args: { readonly [Name in HintArgument<Operation>]?: HintValue } = {},
): HintAction {
  return { operation, args: args as HintAction["args"] };
}

/**
 * An argument of an operation, by its name alone or with a value.
 *
 * @example hint`raise ${option("createSnapshot", "timeout_secs")}`
 */
export function option<Operation extends HintOperation>(
  operation: Operation,
  name: HintArgument<Operation>,
  value?: HintValue,
): HintOption {
  return { operation, option: name, ...(value === undefined ? {} : { value }) };
}
