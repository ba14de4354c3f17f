import type { ImageContent } from "@modelcontextprotocol/server";
import type { RichResult } from "@forkd/sdk";
import { z } from "zod";
import { TEXT_LIMIT, limitText } from "./limit-text.ts";

/** How many images a result has, and how many characters of base 64 they take in all. */
const MAX_IMAGES = 16;
const MAX_IMAGE_CHARACTERS = 6 * 1024 * 1024;
/** How much of all texts of all results is given. */
const MAX_TEXT = 65_536;
const MAX_RESULTS = 64;

/** The formats of text that a model reads best, the best one first. */
const TEXT_FORMATS = ["markdown", "text", "json", "latex", "html", "svg", "javascript"] as const;
const FORMATS = [...TEXT_FORMATS, "png", "jpeg", "pdf", "data", "chart"] as const;

/** One thing that code displayed, or its value. */
export const richOutput = z.object({
  is_main_result: z.boolean().meta({ description: "It is the value of the code; others were displayed." }),
  formats: z.array(z.string()).meta({ description: "The formats that it has; png and jpeg come as images." }),
  text: z.string().nullable().meta({ description: "It in the best format of text that it has." }),
});

export interface DescribedResults {
  readonly results: z.input<typeof richOutput>[];
  readonly images: readonly ImageContent[];
  readonly isCut: boolean;
}

/** What code displayed: texts in one format each, and images, as many as fit. */
export function describeResults(all: readonly RichResult[]): DescribedResults {
  const images: ImageContent[] = [];
  let [characters, texts] = [0, 0];
  let isCut = all.length > MAX_RESULTS;
  const results = all.slice(0, MAX_RESULTS).map((result) => {
    const image = imageOf(result);
    if (image !== undefined) {
      characters += image.data.length;
      if (images.length < MAX_IMAGES && characters <= MAX_IMAGE_CHARACTERS) images.push(image);
      else isCut = true;
    }
    const limited = limitText(bestText(result) ?? "", Math.max(0, Math.min(TEXT_LIMIT, MAX_TEXT - texts)));
    texts += limited.text.length;
    isCut ||= limited.isCut;
    const formats = FORMATS.filter((format) => result[format] !== undefined);
    return { is_main_result: result.isMainResult, formats, text: limited.text || null };
  });
  return { results, images, isCut };
}

function imageOf({ png, jpeg }: RichResult): ImageContent | undefined {
  if (png !== undefined) return { type: "image", data: png, mimeType: "image/png" };
  return jpeg === undefined ? undefined : { type: "image", data: jpeg, mimeType: "image/jpeg" };
}

function bestText(result: RichResult): string | undefined {
  for (const format of TEXT_FORMATS) {
    const value = result[format];
    if (value !== undefined) return typeof value === "string" ? value : JSON.stringify(value);
  }
  return undefined;
}
