/** A token for requests to ports, whose programs have an `Authorization` of their own. It is not passed on. */
export const TOKEN_HEADER = "x-forkd-token";
