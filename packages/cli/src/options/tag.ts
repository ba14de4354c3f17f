import { usageError } from "../cli-error.ts";

/** A name that is given as an argument, as by hand, or by an option, as in scripts; both would be one too many. */
export function chooseName(
  argument: string | undefined,
  option: string | undefined,
  { flag = "--tag", example }: { flag?: string; example: string },
): string {
  const name = chooseOptionalName(argument, option, flag);
  if (name === undefined) throw usageError(`a name is missing: say it, or give it with ${flag}`, example);
  return name;
}

/** The same where none is needed. */
export function chooseOptionalName(
  argument: string | undefined,
  option: string | undefined,
  flag = "--tag",
): string | undefined {
  if (argument !== undefined && option !== undefined && argument !== option) {
    throw usageError(`${argument} and ${flag} ${option} are two names`, "give one of them");
  }
  return argument ?? option;
}
