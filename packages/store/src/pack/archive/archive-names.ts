/** The names of an archive's files, in their order; after them come the blobs. */
export const ARCHIVE_NAMES = {
  manifest: "manifest.json",
  signature: "signature.json",
  blob: (sha256: string): string => `blobs/${sha256}`,
} as const;
