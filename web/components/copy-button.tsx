import { ActionIcon, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { strings } from '../strings.ts';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** Copies a text; also where the clipboard API is missing because UDM is opened by plain http. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await writeClipboard(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Tooltip label={copied ? strings.app.copied : strings.app.copy(what)} events={{ hover: true, focus: true, touch: false }}>
      <ActionIcon variant="subtle" color="gray" c="dimmed" size="md" aria-label={strings.app.copy(what)} onClick={() => void copy()}>
        {copied ? <CheckIcon /> : <CopyIcon />}
      </ActionIcon>
    </Tooltip>
  );
}

async function writeClipboard(text: string): Promise<void> {
  if ('clipboard' in navigator) {
    await navigator.clipboard.writeText(text).catch(() => undefined);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
