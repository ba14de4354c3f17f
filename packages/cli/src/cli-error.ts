const BRAND = Symbol.for("forkd.cli-error");

interface CliErrorOptions {
  readonly hint: string;
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** A failure of the command line itself; those of the daemon are `ForkdApiError`s. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: string;
  readonly hint: string;
  readonly exitCode: number;
  readonly [BRAND] = true;

  constructor(code: string, message: string, { hint, exitCode = 1, cause }: CliErrorOptions) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

export function isCliError(value: unknown): value is CliError {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** The command line was used wrongly. */
export function usageError(message: string, hint: string): CliError {
  return new CliError("usage", message, { hint, exitCode: 2 });
}
