/** The door of the settings room. */
export type { Config } from './config.ts';
export { fallbackDataFolder, loadConfig, PROGRAM_FOLDER } from './load-config.ts';
