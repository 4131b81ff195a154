import './lists.css';
import { Text } from '@mantine/core';
import { useLiveness } from '../api/events.ts';
import { strings } from '../strings.ts';

/** Says politely that what is shown may be old, and that UDM is asked again by itself. */
export function ConnectionHint() {
  const lost = useLiveness() === 'lost';
  return (
    <div role="status" className="udm-connection">
      {lost && <Text size="sm">{strings.app.connectionLost}</Text>}
    </div>
  );
}
