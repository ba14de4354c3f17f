/** Makes the error for a file that is not as it must be; `why` completes "the file …". */
export type Blame = (why: string) => Error;
