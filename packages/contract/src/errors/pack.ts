import { defineError } from "./definition.ts";
import { act, hint, option } from "../hints/hint.ts";

/** Packs and registries. */
export const PACK_ERRORS = {
  pack_not_found: defineError<{ path: string }>({
    status: 404,
    retryable: false,
    message: ({ path }) => `there is no file ${path} on the daemon's host`,
    hint: () => {
      const pack = act("packSnapshot", { tag: null, output: null });
      return hint`write one: ${pack}; or get one that is elsewhere: ${act("pullSnapshot")}`;
    },
  }),
  pack_invalid: defineError<{ source: string; why: string }>({
    status: 422,
    retryable: false,
    message: ({ source, why }) => `${source} is not a pack that can be used: ${why}; nothing was kept`,
    hint: () => "get it again, or ask whoever made it",
  }),
  pack_incompatible: defineError<{ source: string; field: string; pack: string; host: string }>({
    status: 409,
    retryable: false,
    message: ({ source, field, pack, host }) =>
      `${source} cannot run here: its ${field} is ${pack}, and this host has ${host}; nothing was written`,
    hint: () => "make the snapshot on this kind of host, or install the version that the pack needs",
  }),
  pack_too_large: defineError<{ source: string; contentBytes: number; limitBytes: number }>({
    status: 413,
    retryable: false,
    message: ({ source, contentBytes, limitBytes }) =>
      `${source} would become ${contentBytes} bytes, holes counted, and the limit is ${limitBytes}; nothing was written`,
    hint: () => "raise FORKD_MAX_PACK_GIB if you trust where it comes from",
  }),
  signature_required: defineError<{ source: string }>({
    status: 403,
    retryable: false,
    message: ({ source }) => `${source} has no signature, and one is required`,
    hint: () =>
      hint`leave ${option("pullSnapshot", "require_signature")} away only if you trust where it comes from`,
  }),
  signature_invalid: defineError<{ source: string; why: string }>({
    status: 403,
    retryable: false,
    message: ({ source, why }) => `the signature of ${source} does not hold: ${why}; nothing was kept`,
    hint: () => "check the public key, and get the pack from where it was signed",
  }),
  registry_failed: defineError<{ registry: string; why: string }>({
    status: 502,
    retryable: true,
    message: ({ registry, why }) => `the registry ${registry} did not do as it was asked: ${why}`,
    hint: () =>
      "check its address, the name and your rights; a repeated push or pull goes on where it stopped",
  }),
};
