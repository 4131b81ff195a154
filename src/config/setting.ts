/** One setting, as it is read and documented. */
export interface Setting {
  readonly name: string;
  readonly type: 'text' | 'port' | 'count' | 'folder' | 'url';
  readonly default: string;
  readonly doc: string;
  readonly secret?: boolean;
}
