import type { LimitedText } from "./limit-text.ts";

/** The end of a stream as text, of which no more than twice of that is held at once. */
export async function readTail(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<LimitedText> {
  const decoder = new TextDecoder();
  let text = "";
  let isCut = false;
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length <= limit) continue;
    text = text.slice(-limit);
    isCut = true;
  }
  return { text, isCut };
}
