import type { CardBackend } from "@forkd/core";

/** What a card is connected to, as the launcher is told: `launcher/card.c`. Undefined: to nothing. */
export function cardWords(card: CardBackend | undefined): string | undefined {
  switch (card?.kind) {
    case "tap":
      return `tap ${card.device} ${card.netnsPath}`;
    case "stream":
      return `stream ${card.socketPath}`;
    case "none":
    case undefined:
      return undefined;
  }
}

/** The same for a zygote. */
export function kindWord(kind: CardBackend["kind"]): string | undefined {
  return kind === "none" ? undefined : kind;
}
