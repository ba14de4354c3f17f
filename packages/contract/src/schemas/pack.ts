import { z } from "zod";
import { snapshotIdSchema, tagSchema } from "./primitives.ts";

const hostPathSchema = z
  .string()
  .max(4096)
  .regex(/^\/[^\0]*$/, "must be an absolute path")
  .meta({ description: "An absolute path on the daemon's host." });

const namedKeySchema = z.strictObject({
  name: z.string().min(1).max(4096).meta({ description: "What to call it in answers." }),
  pem: z
    .string()
    .max(8 * 1024)
    .meta({ description: "The key. It is kept nowhere." }),
});

/** Whoever asks from another machine has the key there, and sends it. */
const keySchema = z.union([hostPathSchema, namedKeySchema]).meta({ id: "Key" });

const signSchema = keySchema
  .nullable()
  .default(null)
  .meta({ description: "The private key to sign with: a file of the daemon's host, or the key itself." });

const credentialsSchema = z
  .strictObject({ username: z.string().max(256), password: z.string().max(8192) })
  .nullable()
  .default(null)
  .meta({ description: "For the registry; without them, those in ~/.docker/config.json are used." });

export const packRequestSchema = z
  .strictObject({
    output: hostPathSchema,
    force: z.boolean().default(false).meta({ description: "Replace a file that is there." }),
    description: z.string().max(4096).default(""),
    sign: signSchema,
  })
  .meta({ id: "PackRequest" });

export const packInfoSchema = z
  .object({
    tag: z.string(),
    id: snapshotIdSchema,
    path: z.string(),
    digest: z.string().meta({ description: "Of the pack's manifest: sha256:…" }),
    links: z.number().int().meta({ description: "Snapshots in it." }),
    logical_bytes: z.number().int(),
    packed_bytes: z.number().int(),
  })
  .meta({ id: "PackInfo" });

export const pushRequestSchema = z
  .strictObject({
    destination: z.string().min(1).max(1024).meta({ example: "registry.example.com/team/py-numpy:v1" }),
    description: z.string().max(4096).default(""),
    sign: signSchema,
    plain_http: z.boolean().default(false).meta({ description: "Speak http to the registry." }),
    credentials: credentialsSchema,
  })
  .meta({ id: "PushRequest" });

export const pushInfoSchema = z
  .object({
    destination: z.string(),
    digest: z.string().meta({ description: "Of the pack's manifest, as in a file: sha256:…" }),
    reference: z.string().meta({
      description: "Pulls just this, whatever becomes of the tag: oci://registry/name@sha256:…",
    }),
    blobs: z.number().int(),
    blobs_sent: z.number().int().meta({ description: "Those that the registry lacked." }),
    bytes_sent: z.number().int(),
  })
  .meta({ id: "PushInfo" });

export const pullRequestSchema = z
  .strictObject({
    source: z.string().min(1).max(4096).meta({
      description:
        "A file's absolute path, an http(s) URL of a pack, oci://registry/name:tag, or owner/name[@version].",
    }),
    tag: tagSchema.nullable().default(null).meta({ description: "The tag here; else that in the pack." }),
    force: z.boolean().default(false).meta({ description: "Replace a snapshot of that tag." }),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable()
      .default(null)
      .meta({
        description: "What a downloaded file must have.",
      }),
    index: z
      .url()
      .nullable()
      .default(null)
      .meta({ description: "The index that owner/name is looked up in." }),
    require_signature: z.array(keySchema).max(64).default([]).meta({
      description: "Public keys, one of which must have signed it: files of the daemon's host, or keys.",
    }),
    plain_http: z.boolean().default(false),
    credentials: credentialsSchema,
  })
  .meta({ id: "PullRequest" });

export const pullInfoSchema = z
  .object({
    tag: z.string(),
    id: snapshotIdSchema,
    source: z.string(),
    digest: z.string().meta({ description: "Of the pack's manifest, as it was packed or pushed: sha256:…" }),
    links: z.number().int(),
    signed_by: z.string().nullable().meta({ description: "The file or the name of the key that signed it." }),
    bytes_received: z.number().int(),
  })
  .meta({ id: "PullInfo" });
