/** Makes the error for a file that is not as it must be; `why` completes "the file …". */
export type MakeError = (why: string) => Error;
