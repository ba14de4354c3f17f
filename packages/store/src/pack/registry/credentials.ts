import type { Credentials } from "@forkd/core";
import { z } from "zod";
import { readNamedFile } from "@forkd/posix";
import { parseJsonOrNothing } from "../../files/parse-json.ts";

/** Registries by the thousand take less. */
const LIMIT_BYTES = 1024 * 1024;

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
  const text = await readNamedFile(path, LIMIT_BYTES, (why) => new UnusableConfig(why)).catch(orNothing);
  // A file that is missing or damaged holds no credentials; the registry then says that some are needed.
  return dockerConfigSchema.safeParse(parseJsonOrNothing(text)).data?.auths ?? {};
}

class UnusableConfig extends Error {}

function orNothing(error: unknown): Buffer {
  if (error instanceof UnusableConfig) return Buffer.alloc(0);
  throw error;
}
