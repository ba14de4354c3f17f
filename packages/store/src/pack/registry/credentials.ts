import { readFile } from "node:fs/promises";
import { z } from "zod";
import { isMissing } from "../../files/errno.ts";
import { parseJsonOrNothing } from "../../files/parse-json.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const dockerConfigSchema = z.object({
  auths: z
    .record(
      z.string(),
      z.object({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
      }),
    )
    .optional(),
});

/**
 * What `docker login` or `podman login` kept for a registry in a file like `~/.docker/config.json`; undefined when
 * there is none. Credential helpers are programs, and are not run.
 */
export async function findCredentials(configPath: string, host: string): Promise<Credentials | undefined> {
  const auths = await readAuths(configPath);
  const keys = host === "docker.io" ? ["https://index.docker.io/v1/", host] : [host, `https://${host}`];
  const entry = keys.map((key) => auths[key]).find((candidate) => candidate !== undefined);
  if (entry?.username !== undefined && entry.password !== undefined)
    return { username: entry.username, password: entry.password };
  const [, username, password] =
    /^([^:]+):(.*)$/s.exec(Buffer.from(entry?.auth ?? "", "base64").toString()) ?? [];
  return username === undefined || password === undefined ? undefined : { username, password };
}

async function readAuths(path: string): Promise<NonNullable<z.output<typeof dockerConfigSchema>["auths"]>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return {};
    throw error;
  }
  // A file that is damaged holds no credentials; the registry then says that some are needed.
  return dockerConfigSchema.safeParse(parseJsonOrNothing(text)).data?.auths ?? {};
}
