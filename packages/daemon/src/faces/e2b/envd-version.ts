/** The version of E2B's agent that ours serves the API of: what its clients ask for is had from this one on. */
export const ENVD_VERSION = "0.6.4";
