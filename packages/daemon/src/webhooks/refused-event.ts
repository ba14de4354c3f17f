/** The receiver has answered that it does not take an event, and will not if it comes again. */
export class RefusedEventError extends Error {}

/** What is worth another try though it is the client's fault by its number: RFC 9110, RFC 8470, RFC 6585. */
const PASSING = new Set([408, 425, 429]);

/** Throws for an answer that is not 2xx. */
export function checkStatus(status: number): void {
  if (status >= 200 && status <= 299) return;
  const message = `it was answered with ${status}`;
  throw status >= 400 && status <= 499 && !PASSING.has(status)
    ? new RefusedEventError(message)
    : new Error(message);
}
