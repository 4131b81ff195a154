/** The door of the engine room: PostgreSQL started by UDM itself, one cluster a folder. */
export { type Cluster, type Connection, runningCluster, startCluster } from './cluster.ts';
export { engineAccount, mayReach } from './account.ts';
export { type FolderLock, lockFolder, ownerPid } from './folder-lock.ts';
