/** `user:password@`, whatever the password has in it; but not the name before a digest. */
const USER_AND_PASSWORD = /^[^@]*:[^@]*@(?!sha256:)/;
const USER = /^[^/@]*@(?!sha256:)/;

/**
 * An address as it may be told to others: without what may be secret, which is a user with a password, a query and a
 * fragment; also one that is no right address. A path stays as it is.
 *
 * @example redactAddress("https://me:secret@host/x.tar.zst?token=t"); // "https://host/x.tar.zst"
 */
export function redactAddress(text: string): string {
  if (text.startsWith("/")) return text;
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0] ?? "";
  let rest = text.slice(scheme.length);
  for (const secret of [USER_AND_PASSWORD, USER])
    for (let match = secret.exec(rest); match; match = secret.exec(rest)) rest = rest.slice(match[0].length);
  return scheme + rest.replace(/[?#].*$/s, "");
}
