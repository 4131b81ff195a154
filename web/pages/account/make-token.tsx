import { Button, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { MadeTokenView } from '../../../src/contract/token.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { fieldError } from '../../components/field-error.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { peopleWords } from '../../own-people-words.ts';
import { strings } from '../../strings.ts';
import { useMakeToken } from './use-tokens.ts';

const { tokens: words } = peopleWords;
const USUAL_DAYS = 90;
const LONGEST_DAYS = 365;

interface Props {
  readonly scopes: readonly string[];
  readonly onMade: (made: MadeTokenView) => void;
  readonly onClose: () => void;
}

export function MakeToken({ scopes, onMade, onClose }: Props) {
  const [name, setName] = useState('');
  const [days, setDays] = useState<number | string>(USUAL_DAYS);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const make = useMakeToken();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate({ name, scopes: [...chosen], days: Number(days) }, { onSuccess: onMade });
  };
  return (
    <Modal opened onClose={onClose} title={words.addTitle} closeButtonProps={{ 'aria-label': strings.app.close }} centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label={words.name}
            data-autofocus
            required
            autoComplete="off"
            value={name}
            error={fieldError(make.error, 'name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NumberInput
            label={words.days}
            required
            min={1}
            max={LONGEST_DAYS}
            allowDecimal={false}
            value={days}
            error={fieldError(make.error, 'days')}
            onChange={setDays}
          />
          <ChooseMany
            label={words.scopes}
            names={scopes}
            labelOf={(scope) => scope}
            hintOf={(scope) => words.what[scope]}
            chosen={chosen}
            error={fieldError(make.error, 'scopes')}
            onChange={setChosen}
          />
          <ProblemAlert error={make.error} shown={({ field }) => field === 'name' || field === 'days' || field.startsWith('scopes')} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {strings.app.cancel}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {words.add}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
