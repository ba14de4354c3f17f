import { z } from "zod";
import type { ErrorCode } from "../errors/catalogue.ts";
import { metadataPairSchema } from "../schemas/file-metadata.ts";
import * as files from "../schemas/files.ts";
import { emptySchema, writeReportSchema } from "../schemas/guest.ts";
import { fileModeSchema, guestPathSchema } from "../schemas/primitives.ts";
import { IN_GUEST } from "./in-guest.ts";
import { flag, repeated, sandboxParams } from "./params.ts";
import { defineRoutes } from "./route.ts";

const OF_A_FILE: readonly ErrorCode[] = [...IN_GUEST, "guest_file_not_found", "guest_refused"];
/** What older agents do not know. */
const NEW: readonly ErrorCode[] = [...OF_A_FILE, "agent_outdated"];

/** More keys, of one letter each, have no room in a file. */
const MAX_METADATA_KEYS = 409;

const pathQuery = z.object({ path: guestPathSchema });

export const fileRoutes = defineRoutes({
  readFile: {
    method: "GET",
    path: "/v1/sandboxes/:id/files",
    summary: "Read a file, or with a Range header a part of it.",
    scope: "use",
    params: sandboxParams,
    query: pathQuery.extend(files.signatureFields),
    status: 200,
    reply: "bytes",
    errors: [...NEW, "range_not_satisfiable", "signature_refused"],
  },
  writeFile: {
    method: "PUT",
    path: "/v1/sandboxes/:id/files",
    summary: "Write a file, whole or not at all; or with offset or append a part of it.",
    params: sandboxParams,
    query: pathQuery.extend({
      mode: fileModeSchema.default("0644"),
      user: files.guestUserSchema.optional(),
      offset: z.coerce.number().int().min(0).optional().meta({
        description: "Writes from this byte on, and leaves the rest of the file as it is.",
      }),
      append: flag.meta({ description: "Writes at the end of the file." }),
      meta: repeated(metadataPairSchema, MAX_METADATA_KEYS).optional().meta({
        description:
          "KEY=VALUE, once for each: what is noted of a file that is written whole, in place of what was. At most 4096 bytes.",
      }),
      ...files.signatureFields,
    }),
    body: "bytes",
    status: 200,
    reply: "json",
    response: writeReportSchema,
    errors: [...NEW, "signature_refused"],
  },
  removeFile: {
    method: "DELETE",
    path: "/v1/sandboxes/:id/files",
    summary: "Remove a file, a link or a directory.",
    params: sandboxParams,
    query: pathQuery.extend({
      recursive: flag.meta({ description: "A directory with all that is in it. Links are never followed." }),
    }),
    status: 200,
    reply: "json",
    response: emptySchema,
    errors: NEW,
  },
  updateFile: {
    method: "PATCH",
    path: "/v1/sandboxes/:id/files",
    summary: "Change a file's mode, owner or group.",
    params: sandboxParams,
    body: files.fileUpdateSchema,
    status: 200,
    reply: "json",
    response: files.fileInfoSchema,
    errors: NEW,
  },
  getFileInfo: {
    method: "GET",
    path: "/v1/sandboxes/:id/files/info",
    summary: "What is at a path.",
    scope: "use",
    params: sandboxParams,
    query: pathQuery.extend({
      follow: flag.meta({ description: "What a link leads to, and not the link." }),
    }),
    status: 200,
    reply: "json",
    response: files.fileInfoSchema,
    errors: NEW,
  },
  listFiles: {
    method: "GET",
    path: "/v1/sandboxes/:id/files/list",
    summary: "What is in a directory, a line for each; in no order.",
    scope: "use",
    params: sandboxParams,
    query: pathQuery.extend({
      depth: z.coerce.number().int().min(1).max(64).default(1).meta({
        description: "1: what is in it; 2: and in its directories; and so on.",
      }),
    }),
    status: 200,
    reply: "lines",
    response: files.fileInfoSchema,
    errors: NEW,
  },
  watchFiles: {
    method: "GET",
    path: "/v1/sandboxes/:id/files/watch",
    summary: "What changes in a directory, a line for each event, until the caller goes away.",
    scope: "use",
    params: sandboxParams,
    query: pathQuery.extend({
      recursive: flag.meta({ description: "And in all that are in it, new ones too." }),
    }),
    status: 200,
    reply: "lines",
    response: files.fileChangeSchema,
    errors: NEW,
  },
  makeDirectory: {
    method: "POST",
    path: "/v1/sandboxes/:id/files/dir",
    summary: "Make a directory, and those above it.",
    params: sandboxParams,
    body: files.directoryRequestSchema,
    status: 200,
    reply: "json",
    response: files.directoryReportSchema,
    errors: NEW,
  },
  moveFile: {
    method: "POST",
    path: "/v1/sandboxes/:id/files/move",
    summary: "Move or rename a file or a directory.",
    params: sandboxParams,
    body: files.moveRequestSchema,
    status: 200,
    reply: "json",
    response: files.fileInfoSchema,
    errors: NEW,
  },
  readDirectory: {
    method: "GET",
    path: "/v1/sandboxes/:id/files/tar",
    summary: "A directory with all that is in it, as a tar archive made by the guest.",
    scope: "use",
    params: sandboxParams,
    query: pathQuery,
    status: 200,
    reply: "bytes",
    errors: [...OF_A_FILE, "tar_failed"],
  },
  writeDirectory: {
    method: "PUT",
    path: "/v1/sandboxes/:id/files/tar",
    summary: "Unpack a tar archive into a directory. One that is not there appears when it is whole.",
    params: sandboxParams,
    query: pathQuery,
    body: "bytes",
    status: 200,
    reply: "json",
    response: emptySchema,
    errors: [...IN_GUEST, "guest_refused", "tar_failed"],
  },
  signFileUrl: {
    method: "POST",
    path: "/v1/sandboxes/:id/files/url",
    summary: "Sign a URL by which a file can be read or written for a while.",
    params: sandboxParams,
    body: files.signRequestSchema,
    status: 200,
    reply: "json",
    response: files.signedUrlSchema,
    errors: ["sandbox_not_found", "sandbox_unmanaged"],
  },
});
