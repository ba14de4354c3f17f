import { CONTROL_REFUSALS } from "./control-refusals.ts";
import { GUEST_REFUSALS } from "./guest-refusals.ts";
import { NETWORK_REFUSALS } from "./network-refusals.ts";

/** All that is refused beside calls that are refused as such: the page of the reference has each row, and a test asks for it. */
export const REFUSALS = { ...CONTROL_REFUSALS, ...NETWORK_REFUSALS, ...GUEST_REFUSALS };
