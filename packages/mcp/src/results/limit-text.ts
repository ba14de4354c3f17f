/** How many characters of one text a result has at most, unless its caller asks for more. */
export const TEXT_LIMIT = 32_768;

export interface LimitedText {
  readonly text: string;
  readonly isCut: boolean;
}

/** The first `limit` characters of a text, and never half of a character. */
export function limitText(text: string, limit = TEXT_LIMIT): LimitedText {
  if (text.length <= limit) return { text, isCut: false };
  const last = text.charCodeAt(limit - 1);
  const isHalf = last >= 0xd8_00 && last <= 0xdb_ff;
  return { text: text.slice(0, isHalf ? limit - 1 : limit), isCut: true };
}
