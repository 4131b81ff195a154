import type { Anchor } from '../domain/audit-chain.ts';

/** The anchors of the audit log, outside the database: written one after another, never changed. */
export interface Anchors {
  /** The anchor of a tenant with the highest number; null: there is none. Looks whether somebody else put another file there. Error: `audit.anchors_unreadable`. */
  last(tenantId: string): Promise<Anchor | null>;
  /** Writes them and syncs. Only the process that has the data folder for itself may. Error: `audit.anchors_unwritable`. */
  append(anchors: readonly Anchor[]): Promise<void>;
  /** What the file holds now of a tenant, and which of its lines are bad, whosever they are. Error: `audit.anchors_unreadable`. */
  read(tenantId: string): Promise<{ readonly anchors: readonly Anchor[]; readonly badLines: readonly number[] }>;
}
