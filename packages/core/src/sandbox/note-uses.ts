/** Whose last use can be noted. */
interface UseOwner {
  noteUse(): Promise<void>;
}

/** Has the records of these machines tell when they were last used. Throws `disk_full`, once all were tried. */
export async function noteUses(owners: readonly UseOwner[]): Promise<void> {
  const results = await Promise.allSettled(owners.map((owner) => owner.noteUse()));
  const failed = results.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
