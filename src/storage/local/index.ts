export type { FileOperations } from './file-operations.ts';
export { openLocalStorage } from './local-storage.ts';
