import { auditRoutes } from "./routes/audit.ts";
import { contextRoutes } from "./routes/contexts.ts";
import { eventRoutes } from "./routes/events.ts";
import { fileRoutes } from "./routes/files.ts";
import { groupRoutes } from "./routes/groups.ts";
import { guestRoutes } from "./routes/guest.ts";
import { imageRoutes } from "./routes/images.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { netnsRoutes } from "./routes/netns.ts";
import { packRoutes } from "./routes/packs.ts";
import { portRoutes } from "./routes/ports.ts";
import { sandboxRoutes } from "./routes/sandboxes.ts";
import { snapshotRoutes } from "./routes/snapshots.ts";
import { systemRoutes } from "./routes/system.ts";
import { tenantRoutes } from "./routes/tenants.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { workspaceRoutes } from "./routes/workspaces.ts";

/** Every route of the daemon, by the name of its operation. */
export const ROUTES = {
  ...systemRoutes,
  ...imageRoutes,
  ...snapshotRoutes,
  ...packRoutes,
  ...sandboxRoutes,
  ...groupRoutes,
  ...workspaceRoutes,
  ...guestRoutes,
  ...fileRoutes,
  ...contextRoutes,
  ...metricsRoutes,
  ...portRoutes,
  ...netnsRoutes,
  ...jobRoutes,
  ...eventRoutes,
  ...tokenRoutes,
  ...tenantRoutes,
  ...webhookRoutes,
  ...auditRoutes,
};

export type Operation = keyof typeof ROUTES;
