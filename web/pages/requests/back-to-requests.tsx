import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { words } from './words.ts';

export function BackToRequests() {
  return (
    <Anchor size="sm" className="udm-back" renderRoot={(props) => <Link to="/requests" {...props} />}>
      {words.back}
    </Anchor>
  );
}
