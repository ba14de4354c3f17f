import { guestPathSchema } from "@forkd/contract/schemas";
import type { Files } from "@forkd/sdk";
import { isForkdApiError } from "@forkd/sdk";
import { z } from "zod";
import { TEXT_LIMIT } from "../../results/limit-text.ts";
import { decodePart, imageTypeOf } from "../../results/file-content.ts";
import { defineTool } from "../../tool.ts";
import type { Call } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

const MAX_LENGTH = 1_048_576;
const MAX_IMAGE_BYTES = 4 * 1024 * 1024;

export const readFile = defineTool({
  name: "read_file",
  title: "Read a file",
  description:
    "Read a file of a sandbox, or a part of it. Text comes as text, images as images, other bytes in base 64. A long file is " +
    "given in parts: go on with offset set to next_offset.",
  effect: "reads",
  input: z.strictObject({
    id: sandboxField,
    path: guestPathSchema,
    offset: z.number().int().min(0).default(0).meta({ description: "Where to begin, in bytes." }),
    length: z
      .number()
      .int()
      .min(1)
      .max(MAX_LENGTH)
      .default(TEXT_LIMIT)
      .meta({ description: "How many bytes at most." }),
  }),
  output: z.object({
    path: z.string(),
    encoding: z
      .enum(["utf-8", "base64", "image"])
      .meta({ description: "image: see the image of this result." }),
    content: z.string().meta({ description: "Empty for an image." }),
    next_offset: z
      .number()
      .int()
      .nullable()
      .meta({ description: "Where the rest begins; null when this is the end." }),
  }),
  async run({ id, path, offset, length }, { session, signal }) {
    const { files } = session.forkd.sandboxes.at(id);
    const bytes = await readPart(files, { path, offset, length: length + 1, signal });
    const mimeType = offset === 0 ? imageTypeOf(bytes) : undefined;
    const image = mimeType === undefined ? undefined : await readWhole(files, { path, signal });
    if (mimeType !== undefined && image !== undefined) {
      const text = `${path} is an image of ${image.length} bytes (${mimeType})`;
      const content = { type: "image" as const, data: Buffer.from(image).toString("base64"), mimeType };
      return {
        data: { path, encoding: "image" as const, content: "", next_offset: null },
        text,
        images: [content],
      };
    }
    const part = decodePart(bytes, { length });
    const nextOffset = bytes.length > part.bytes ? offset + part.bytes : null;
    const note = nextOffset === null ? "" : `\n[cut: for the rest call read_file with offset ${nextOffset}]`;
    return {
      data: { path, encoding: part.encoding, content: part.content, next_offset: nextOffset },
      text: `${part.content}${note}` || `${path} is empty`,
    };
  },
});

interface Part extends Pick<Call, "signal"> {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** A part of a file; empty where an empty file has none. */
async function readPart(files: Files, { path, ...range }: Part): Promise<Uint8Array> {
  try {
    return await files.read(path, range);
  } catch (error) {
    if (range.offset === 0 && isForkdApiError(error) && error.code === "range_not_satisfiable")
      return new Uint8Array();
    throw error;
  }
}

/** All of a file that is not too large for an image. */
async function readWhole(
  files: Files,
  { path, signal }: Pick<Part, "path" | "signal">,
): Promise<Uint8Array | undefined> {
  const bytes = await files.read(path, { offset: 0, length: MAX_IMAGE_BYTES + 1, signal });
  return bytes.length > MAX_IMAGE_BYTES ? undefined : bytes;
}
