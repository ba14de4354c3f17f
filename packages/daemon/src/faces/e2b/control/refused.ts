import type { RefusedCall } from "./e2b-call.ts";

const BUILDS = {
  why: "templates are not built by E2B's builder here: they are snapshots",
  instead: "make one with 'forkd snapshot' or 'forkd recipe build', and use its tag as the template",
};
const VOLUMES = {
  why: "there are no volumes",
  instead: "put the files in the template, or write them with files.write",
};
const SECRETS = {
  why: "no secrets are kept, nor put into requests on their way",
  instead: "pass them as envs",
};
const TAGS = {
  why: "a snapshot has the tags that it was given when it was made",
  instead: "make another snapshot with 'forkd branch', and a tag of its own",
};
const LOGS = {
  why: "lines of a guest's console have no times or levels",
  instead: "read them with 'forkd logs'",
};

/** Calls that E2B has and we do not. They are refused by name, so that no program believes that they did something. */
export const REFUSED_CALLS: readonly RefusedCall[] = [
  {
    method: "POST",
    paths: ["/v3/templates", "/v2/templates", "/templates"],
    sdk: "Template.build",
    ...BUILDS,
  },
  { method: "POST", paths: ["/templates/:templateID"], sdk: "Template.build", ...BUILDS },
  {
    method: "POST",
    paths: ["/templates/:templateID/builds/:buildID", "/v2/templates/:templateID/builds/:buildID"],
    sdk: "Template.build",
    ...BUILDS,
  },
  {
    method: "GET",
    paths: ["/templates/:templateID/builds/:buildID/status", "/templates/:templateID/builds/:buildID/logs"],
    sdk: "Template.getBuildStatus",
    ...BUILDS,
  },
  { method: "GET", paths: ["/templates/:templateID/files/:hash"], sdk: "Template.build", ...BUILDS },
  {
    method: "PATCH",
    paths: ["/templates/:templateID", "/v2/templates/:templateID"],
    sdk: "(publishing a template)",
    ...BUILDS,
  },
  { method: "POST", paths: ["/templates/tags"], sdk: "Template.assignTags", ...TAGS },
  { method: "DELETE", paths: ["/templates/tags"], sdk: "Template.removeTags", ...TAGS },
  { method: "GET", paths: ["/templates/:templateID/tags"], sdk: "Template.getTags", ...TAGS },
  {
    method: "GET",
    paths: ["/sandboxes/:sandboxID/logs", "/v2/sandboxes/:sandboxID/logs"],
    sdk: "(logs of E2B's command line)",
    ...LOGS,
  },
  { method: "GET", paths: ["/volumes", "/volumes/:volumeID"], sdk: "Volume.list", ...VOLUMES },
  { method: "POST", paths: ["/volumes"], sdk: "Volume.create", ...VOLUMES },
  { method: "DELETE", paths: ["/volumes/:volumeID"], sdk: "Volume.destroy", ...VOLUMES },
  { method: "GET", paths: ["/secrets", "/secrets/:secretID"], sdk: "Secret.list", ...SECRETS },
  { method: "POST", paths: ["/secrets", "/secrets/:secretID"], sdk: "Secret.create", ...SECRETS },
  { method: "DELETE", paths: ["/secrets/:secretID"], sdk: "Secret.destroy", ...SECRETS },
];
