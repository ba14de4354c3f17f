import { defineError } from "./definition.ts";

/** Requests that cannot be understood, allowed or served. */
export const REQUEST_ERRORS = {
  invalid_request: defineError<{ issues: { path: string; message: string }[] }>({
    status: 400,
    retryable: false,
    message: ({ issues }) =>
      `the request is not valid: ${issues.map((i) => (i.path ? `${i.path} ${i.message}` : i.message)).join("; ")}`,
    hint: () => "see the fields of this route in GET /openapi.json",
  }),
  unsupported_option: defineError<{ option: string; why: string; instead: string }>({
    status: 400,
    retryable: false,
    message: ({ option, why }) => `${option} is not supported: ${why}`,
    hint: ({ instead }) => instead,
  }),
  unknown_route: defineError<{ method: string; path: string }>({
    status: 404,
    retryable: false,
    message: ({ method, path }) => `there is no route ${method} ${path}`,
    hint: () => "the routes are in GET /openapi.json",
  }),
  body_too_large: defineError<{ limitBytes: number }>({
    status: 413,
    retryable: false,
    message: ({ limitBytes }) => `the request body is larger than ${limitBytes} bytes`,
    hint: () => "send large files with PUT /v1/sandboxes/:id/files",
  }),
  headers_too_large: defineError<{ limitBytes: number }>({
    status: 431,
    retryable: false,
    message: ({ limitBytes }) => `the head of the request is larger than ${limitBytes} bytes`,
    hint: () => "send what is large in the body",
  }),
  request_timeout: defineError<{ seconds: number }>({
    status: 408,
    retryable: true,
    message: ({ seconds }) => `the request was not whole after ${seconds} s`,
    hint: () => "send it in one go; large files go through PUT /v1/sandboxes/:id/files, which takes its time",
  }),
  unsupported_media_type: defineError<{ contentType: string }>({
    status: 415,
    retryable: false,
    message: ({ contentType }) => `the content type ${contentType || "(none)"} is not accepted here`,
    hint: () => "send JSON with 'Content-Type: application/json'",
  }),
  cross_site_request: defineError<{ origin: string }>({
    status: 403,
    retryable: false,
    message: ({ origin }) => `a page of another site asked a browser for this: its origin is ${origin}`,
    hint: () => "send it from a program, or from a page of the same host and port",
  }),
  unknown_host: defineError<{ host: string }>({
    status: 421,
    retryable: false,
    message: ({ host }) => `the request is for the host "${host}", which is not this daemon's`,
    hint: () => "ask for localhost or an address of the loopback interface, or name the host in FORKD_DOMAIN",
  }),
  idempotency_key_reused: defineError<{ key: string }>({
    status: 422,
    retryable: false,
    message: ({ key }) => `the Idempotency-Key ${key} was sent before, with another request`,
    hint: () => "send a new key with each new request, and the same one only with the same request again",
  }),
  signature_refused: defineError<{ why: string }>({
    status: 403,
    retryable: false,
    message: ({ why }) => `the signature of this URL is not good: ${why}`,
    hint: () => "have a new URL signed: POST /v1/sandboxes/:id/files/url",
  }),
  cancelled: defineError<{ stage: string }>({
    status: 499,
    retryable: true,
    message: ({ stage }) => `cancelled while ${stage}`,
    hint: () => "nothing was left behind; send the request again",
  }),
  internal: defineError<{ reason: string }>({
    status: 500,
    retryable: false,
    message: ({ reason }) => `an error inside of forkd: ${reason}`,
    hint: () => "this is a defect of forkd; the daemon's log has the details under this request id",
  }),
};
