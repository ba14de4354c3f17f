import { createHash } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";

type Fields = Readonly<Record<string, unknown>>;

/** Rewrites the manifest of a stored snapshot, on which nothing stands, and lets its tag point to that. */
export async function rewriteManifest(
  root: string,
  { id, tag }: { id: string; tag: string },
  change: (manifest: Fields) => Fields,
): Promise<void> {
  const path = `${root}/snapshots/${id}/manifest.json`;
  const text = `${JSON.stringify(change(JSON.parse(await readFile(path, "utf8")) as Fields))}\n`;
  const manifestSha256 = createHash("sha256").update(text).digest("hex");
  await chmod(path, 0o600);
  await writeFile(path, text);
  await writeFile(`${root}/snapshot-tags/${tag}`, `${JSON.stringify({ id, manifestSha256 })}\n`);
}

/** A manifest as it was before devices were recorded. */
export function toFormat1(manifest: Fields): Fields {
  const kept = Object.entries(manifest).filter(([name]) => name !== "devices");
  return { ...Object.fromEntries(kept), formatVersion: 1 };
}
