/** A file of two people to begin with; docs/formats/data-requests.md says more. */
const TEMPLATE = {
  caseId: '2026-0117',
  kinds: ['access', 'erasure'],
  receivedOn: '2026-01-31',
  consumers: [
    { email: 'ada@example.com', phone: ['+49 89 1234567', '+49 171 1234567'] },
    { caseId: '2026-0118', kinds: ['access'], identityNote: 'Called back on the number of the customer.', customer_id: 'C-1004711' },
  ],
};

export function templateText(): string {
  return `${JSON.stringify(TEMPLATE, null, 2)}\n`;
}
