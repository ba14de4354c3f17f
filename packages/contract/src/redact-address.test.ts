import { expect, test } from "vitest";
import { redactAddress } from "./redact-address.ts";

test.each([
  ["https://host/x.tar.zst", "https://host/x.tar.zst"],
  ["https://me:secret@host:8443/x?token=secret#secret", "https://host:8443/x"],
  ["https://u:se#secret@host/x", "https://host/x"],
  ["https://u:secret/secret@host/x", "https://host/x"],
  ["https://u:sec@ret:secret@host/x", "https://host/x"],
  ["https://u:secret@host:99999/x", "https://host:99999/x"],
  ["oci://u:secret@ho st/n", "oci://ho st/n"],
  ["u:secret@reg/x", "reg/x"],
  ["secret@reg/x", "reg/x"],
  ["oci://host:5000/team/py:v1", "oci://host:5000/team/py:v1"],
  ["host:5000/team/py@sha256:00", "host:5000/team/py@sha256:00"],
  ["oci://u:secret@host/team/py@sha256:00", "oci://host/team/py@sha256:00"],
  ["owner/name@1.0", "owner/name@1.0"],
  ["/srv/a@b:c?d", "/srv/a@b:c?d"],
])("%s is told as %s", (text, told) => {
  expect(redactAddress(text)).toBe(told);
});
