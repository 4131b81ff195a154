const deleted = new Set<string>();

/** Notes what this person has just deleted: a list that is held still for them lets it go all the same. An id never comes back. */
export function noteDeleted(id: string): void {
  deleted.add(id);
}

export function isDeletedHere(id: string): boolean {
  return deleted.has(id);
}
