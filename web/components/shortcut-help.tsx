import { Modal, Stack, Switch, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { choose, useChoices } from '../kept-choices.ts';
import { type Shortcut, useHelpKey, useShortcuts } from '../shortcuts.ts';
import { strings } from '../strings.ts';

const { shortcuts: words } = strings;

/** All keys that do something on the present page; `?` opens it. */
export function ShortcutHelp() {
  const [isOpen, setOpen] = useState(false);
  const all = useShortcuts();
  useHelpKey(words.help, () => setOpen(true));
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title={words.title} closeButtonProps={{ 'aria-label': strings.app.close }} size="lg">
      <Stack>
        <Keys title={words.here} shortcuts={all.filter(({ everywhere }) => everywhere !== true)} />
        <Keys title={words.everywhere} shortcuts={all.filter(({ everywhere }) => everywhere === true)} />
        <SingleKeys />
      </Stack>
    </Modal>
  );
}

function Keys({ title, shortcuts }: { title: string; shortcuts: readonly Shortcut[] }) {
  if (shortcuts.length === 0) return null;
  return (
    <div>
      <Title order={3} size="h5" mb={6}>
        {title}
      </Title>
      <dl className="udm-keys">
        {shortcuts.map(({ keys, label }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key, index) => (
                <span key={key}>
                  {index > 0 && ` ${words.after} `}
                  <kbd className="udm-key">{words.names[key] ?? key}</kbd>
                </span>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Single keys get in the way of speech input: they can be switched off (WCAG 2.1.4). */
export function SingleKeys() {
  const { singleKeys } = useChoices();
  return (
    <div>
      <Switch label={words.switch} checked={singleKeys} onChange={(event) => choose({ singleKeys: event.currentTarget.checked })} />
      <Text size="sm" c="dimmed" mt={4}>
        {words.switchHint}
      </Text>
    </div>
  );
}
