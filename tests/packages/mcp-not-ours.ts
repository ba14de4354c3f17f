const FIXTURE = "wants a tool of the suite's own server";
const PROMPTS = "there are no prompts: tools and resources say it all";
const ALONE = "each request over HTTP stands for itself: there is no session whose streams go on";
const FIXED_RESOURCE = "wants a resource of the suite's own server";

/** What the suite asks of servers that ours is not, and why. One that passes is told, and leaves this table. */
export const NOT_OURS: Readonly<Record<string, string>> = {
  "logging-set-level":
    "the newest protocol gives up logging; what a call does is told by its progress and its result",
  "completion-complete": "wants the completion of a prompt; ours are those of resources",
  "tools-call-simple-text": FIXTURE,
  "tools-call-image": FIXTURE,
  "tools-call-audio": FIXTURE,
  "tools-call-embedded-resource": FIXTURE,
  "tools-call-mixed-content": FIXTURE,
  "tools-call-with-logging": FIXTURE,
  "tools-call-error": FIXTURE,
  "tools-call-with-progress": FIXTURE,
  "tools-call-sampling": FIXTURE,
  "tools-call-elicitation": FIXTURE,
  "json-schema-2020-12": FIXTURE,
  "elicitation-sep1034-defaults": FIXTURE,
  "elicitation-sep1330-enums": FIXTURE,
  "server-sse-polling": ALONE,
  "server-sse-multiple-streams": ALONE,
  "resources-read-text": FIXED_RESOURCE,
  "resources-read-binary": FIXED_RESOURCE,
  "resources-templates-read": FIXED_RESOURCE,
  "resources-subscribe": ALONE,
  "resources-unsubscribe": ALONE,
  "prompts-list": PROMPTS,
  "prompts-get-simple": PROMPTS,
  "prompts-get-with-args": PROMPTS,
  "prompts-get-embedded-resource": PROMPTS,
  "prompts-get-with-image": PROMPTS,
};
