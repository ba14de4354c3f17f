import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";
import { createAuditHandlers } from "./audit.ts";
import { createContextHandlers } from "./contexts.ts";
import { createEventHandlers } from "./events.ts";
import { createFileHandlers } from "./files.ts";
import { createGroupHandlers } from "./groups.ts";
import { createGuestHandlers } from "./guest.ts";
import { createImageHandlers } from "./images.ts";
import { createJobHandlers } from "./jobs.ts";
import { createMetricsHandlers } from "./metrics.ts";
import { createNetnsHandlers } from "./netns.ts";
import { createPackHandlers } from "./packs.ts";
import { createPortHandlers } from "./ports.ts";
import { createSandboxHandlers } from "./sandboxes.ts";
import { createSnapshotHandlers } from "./snapshots.ts";
import { createSystemHandlers } from "./system.ts";
import { createTenantHandlers } from "./tenants.ts";
import { createTokenHandlers } from "./tokens.ts";
import { createWebhookHandlers } from "./webhooks.ts";
import { createWorkspaceHandlers } from "./workspaces.ts";

/** The whole API, `/v1`. */
export function createHandlers(services: Services): Handlers {
  return {
    ...createSystemHandlers(services),
    ...createImageHandlers(services),
    ...createSnapshotHandlers(services),
    ...createPackHandlers(services),
    ...createSandboxHandlers(services),
    ...createWorkspaceHandlers(services),
    ...createJobHandlers(services),
    ...createGuestHandlers(services),
    ...createFileHandlers(services),
    ...createContextHandlers(services),
    ...createMetricsHandlers(services),
    ...createPortHandlers(services),
    ...createGroupHandlers(services),
    ...createNetnsHandlers(services),
    ...createEventHandlers(services),
    ...createTokenHandlers(services),
    ...createTenantHandlers(services),
    ...createWebhookHandlers(services),
    ...createAuditHandlers(services),
  };
}
