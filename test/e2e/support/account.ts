/** Who signs in. */
export interface Account {
  readonly tenant: string;
  readonly user: string;
  readonly password: string;
}
