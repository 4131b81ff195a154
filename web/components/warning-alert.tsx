import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';

/** Something to know before going on. Its title is dark enough on yellow to be read. */
export function WarningAlert({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alert variant="light" color="yellow" title={title} role="note" styles={{ title: { color: 'var(--udm-warning)' } }}>
      {children}
    </Alert>
  );
}
