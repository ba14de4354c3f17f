/** What the process that receives a stream tells us. */
export type ReceiverMessage =
  | { readonly type: "listening" }
  | ({ readonly type: "received" } & ReceivedStream)
  | { readonly type: "failed"; readonly why: string; readonly code: string | undefined };

export interface ReceivedStream {
  readonly deviceState: Uint8Array;
  /** For how long at most nothing came: as long can a page have waited that the machine wrote to. */
  readonly longestGapMs: number;
}

/** What it is told. */
export type ReceiverOrder =
  /** Before the stream: for each page, 1 when the file has contents there. */
  | { readonly type: "begin"; readonly isFilled: Uint8Array }
  /** Within the stream: for each page, 1 when what the file has of it may be out of date. */
  | { readonly type: "narrow"; readonly isStale: Uint8Array }
  /** Nothing of the stream is wanted any more. */
  | { readonly type: "discard" };
