/** A kind of resource, as the list of templates and its page have it. */
export interface ResourceKind {
  readonly name: string;
  readonly title: string;
  readonly uri: string;
  readonly description: string;
}

export const LOGS: ResourceKind = {
  name: "sandbox-logs",
  title: "Console of a sandbox",
  uri: "forkd://sandboxes/{id}/logs",
  description: "The end of a sandbox's console, at most 256 Ki characters.",
};

export const FILES: ResourceKind = {
  name: "sandbox-file",
  title: "File of a sandbox",
  uri: "forkd://sandboxes/{id}/files/{+path}",
  description:
    "A file of at most 1 MiB, by its path without the first slash. Parts of longer ones: read_file.",
};

export const RESOURCES: readonly ResourceKind[] = [LOGS, FILES];
