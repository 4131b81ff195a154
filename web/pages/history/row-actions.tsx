import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import type { RunView } from '../../../src/contract/run.ts';
import { strings } from '../../strings.ts';
import { MoreIcon } from './history-icons.tsx';
import { type RunAct, useRunActs } from './use-run-acts.tsx';

const { history: words } = strings;

/** The one thing that mends the run as a button, everything else in a menu; what cannot be done now says why. */
export function RowActions({ run, onOpen }: { run: RunView; onOpen: () => void }) {
  const { acts, dialogs } = useRunActs(run);
  const retry = acts.find((one) => one.key === 'retry');
  const offersRetry = retry !== undefined && retry.reason === undefined && (run.status === 'failed' || run.status === 'missed');
  return (
    <div className="udm-row-actions">
      {offersRetry && (
        <Button
          size="compact-sm"
          variant="light"
          loading={retry.busy}
          onClick={retry.act}
          aria-label={run.status === 'missed' ? words.actions.runThis(run.jobTitle) : words.actions.retryThis(run.jobTitle)}
        >
          {retry.label}
        </Button>
      )}
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" c="dimmed" aria-label={words.actions.label(run.jobTitle)}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={onOpen}>{words.actions.details}</Menu.Item>
          {acts.map((one) => (
            <ActItem key={one.key} act={one} />
          ))}
        </Menu.Dropdown>
      </Menu>
      {dialogs}
    </div>
  );
}

/** Stays reachable when it is off, so that its reason can be read. */
function ActItem({ act: { label, reason, danger, act } }: { act: RunAct }) {
  const off = reason !== undefined;
  return (
    <Menu.Item
      aria-disabled={off || undefined}
      closeMenuOnClick={!off}
      onClick={() => {
        if (!off) act();
      }}
      {...(danger && !off ? { c: 'var(--mantine-color-error)' } : {})}
    >
      <Text component="span" size="sm" display="block" {...(off ? { c: 'dimmed' } : {})}>
        {label}
      </Text>
      {off && (
        <Text component="span" size="xs" c="dimmed" display="block">
          {reason}
        </Text>
      )}
    </Menu.Item>
  );
}
