import type pg from 'pg';
import type { Random } from '../../../src/sample/random.ts';
import { withClient } from '../../support/database-text.ts';
import type { CentreRows, TextRow } from '../../support/erasure-oracle.ts';
import type { TestConnection } from '../../support/postgres.ts';
import type { Chosen } from './chosen.ts';

/** People who come to a source while others leave it: those who are customers anew, and rows that somebody loads again. */

export interface NewCustomer {
  readonly contact: string;
  readonly customer: string;
  readonly email: string;
}

/** Some of those who were erased become customers again, under the address that they had. */
export function customersAgain(random: Random, chosen: readonly Chosen[], count: number): NewCustomer[] {
  const left = chosen.filter(({ emails }) => emails.length > 0);
  return Array.from({ length: Math.min(count, left.length) }, (_, index): NewCustomer => {
    const [one] = left.splice(random.below(left.length), 1);
    return { contact: `AGAIN0000000000${index}`, customer: `AGAIN-${100_000 + index}`, email: random.pick(one?.emails ?? []) };
  });
}

/** A contact, its address as an attribute, and an interaction of it. */
export async function addCustomers(source: TestConnection, customers: readonly NewCustomer[]): Promise<void> {
  await withClient(source, async (client) => {
    for (const { contact, customer, email } of customers) {
      const at = '2026-03-02T09:00:00Z';
      await insert(client, 'ucsx.contact', {
        contact_id: contact,
        tenant_id: 101,
        email_address: email,
        customer_id: customer,
        created_date: at,
        modified_date: at,
        stored_at: at,
      });
      const attribute = { attribute_id: `AA${contact}`, contact_id: contact, attribute_name: 'EmailAddress', str_value: email, is_primary: true };
      await insert(client, 'ucsx.contact_attribute', attribute);
      const interaction = {
        ixn_id: `IA${contact}`,
        status: 3,
        entity_type_id: 0,
        contact_id: contact,
        start_date: at,
        tenant_id: 101,
        from_address: email,
        to_addresses: '[]',
        cc_addresses: '[]',
      };
      await insert(client, 'ucsx.interaction', { ...interaction, stored_at: at });
    }
  });
}

/** What the oracle has to know of them. */
export function withCustomers(rows: CentreRows, customers: readonly NewCustomer[]): CentreRows {
  const contacts = customers.map(
    ({ contact, customer, email }): TextRow => ({ contact_id: contact, customer_id: customer, merge_id: null, email_address: email, phone_number: null }),
  );
  return { ...rows, contact: [...rows.contact, ...contacts] };
}

/** Contacts and interactions of somebody who is gone are loaded once more, as they were. */
export async function loadAgain(source: TestConnection, { contacts }: Chosen, rows: CentreRows): Promise<void> {
  const own = (row: TextRow) => contacts.includes(row['contact_id'] ?? '');
  await withClient(source, async (client) => {
    for (const row of rows.contact.filter(own)) await insert(client, 'ucsx.contact', row);
    for (const row of rows.interaction.filter(own)) await insert(client, 'ucsx.interaction', row);
  });
}

async function insert(client: pg.Client, table: string, row: object): Promise<void> {
  await client.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1) ON CONFLICT DO NOTHING`, [JSON.stringify(jsonOf(row))]);
}

/** Columns of JSON are given as such. */
function jsonOf(row: object): object {
  const json = ['all_attributes', 'to_addresses', 'cc_addresses'];
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, json.includes(name) && typeof value === 'string' ? JSON.parse(value) : value]));
}
