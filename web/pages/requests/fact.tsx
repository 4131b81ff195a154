import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from './words.ts';

/** One line of a list of facts. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="udm-fact">
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
        {children}
      </Text>
    </div>
  );
}

/** A ground of refusal in words. */
export function groundName(ground: string): string {
  return (words.grounds as Readonly<Record<string, string>>)[ground] ?? ground;
}

/** "E-mail, Phone". */
export function typeNames(types: readonly string[]): string {
  return types.map((type) => (words.types as Readonly<Record<string, string>>)[type] ?? type).join(', ');
}
