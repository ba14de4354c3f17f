/** A token for requests to ports, whose programs have an `Authorization` of their own. It is not passed on. */
export const TOKEN_HEADER = "x-forkd-token";
/** What opens the ports of one sandbox, as E2B's clients send it. */
export const TRAFFIC_TOKEN_HEADER = "e2b-traffic-access-token";
