import { InvalidArgumentError } from "@commander-js/extra-typings";

/** A whole number of at least one. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("It must be a whole number of at least 1.");
  }
  return value;
}

/** A whole number of bytes, which may be none. */
export function parseOffset(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("It must be a whole number of bytes.");
  }
  return value;
}

/** Adds `KEY=VALUE` to what earlier options of the same name gave. The value may hold `=`, or be empty. */
export const parseKeyValue = createPairParser(/^[A-Za-z_][A-Za-z0-9_]*$/);

/** The same of a label or of metadata, whose key the daemon checks. */
export const parseLabel = createPairParser(/./s);

type Pairs = Record<string, string>;

function createPairParser(keyPattern: RegExp): (text: string, earlier?: Pairs) => Pairs {
  return (text, earlier = {}) => {
    const at = text.indexOf("=");
    const key = text.slice(0, at);
    if (at < 0 || !keyPattern.test(key)) throw new InvalidArgumentError("It must be KEY=VALUE.");
    return { ...earlier, [key]: text.slice(at + 1) };
  };
}

/** Adds a value to what earlier options of the same name gave. */
export function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

/** A file of the host that goes to a path of the guest. */
export interface FileSpec {
  readonly hostPath: string;
  readonly guestPath: string;
  /** Octal permission bits; the host file's when absent. */
  readonly mode: string | undefined;
}

/** Adds `HOST:GUEST[:MODE]` to what earlier options gave. */
export function parseFileSpec(text: string, earlier: readonly FileSpec[] = []): readonly FileSpec[] {
  const match = /^(?<hostPath>[^:]+):(?<guestPath>\/[^:]*)(?::(?<mode>0?[0-7]{3,4}))?$/.exec(text);
  if (!match?.groups) throw new InvalidArgumentError("It must be HOST:/GUEST or HOST:/GUEST:MODE.");
  const { hostPath = "", guestPath = "", mode } = match.groups;
  return [...earlier, { hostPath, guestPath, mode }];
}
