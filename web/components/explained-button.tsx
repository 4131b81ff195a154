import { Button, type ButtonProps, Tooltip } from '@mantine/core';

interface Props extends ButtonProps {
  /** Why the button cannot be used now; undefined when it can. */
  readonly reason: string | undefined;
  readonly onClick: () => void;
}

/** A button that stays focusable when it is switched off, and says why. */
export function ExplainedButton({ reason, onClick, ...props }: Props) {
  const off = reason !== undefined;
  return (
    <Tooltip label={reason} disabled={!off} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button {...props} aria-disabled={off || undefined} data-disabled={off || undefined} onClick={(event) => (off ? event.preventDefault() : onClick())} />
    </Tooltip>
  );
}
