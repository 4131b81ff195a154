import { Button, Collapse, NativeSelect, SegmentedControl, Stack } from '@mantine/core';
import { useId, useState } from 'react';
import { strings } from '../../strings.ts';
import { FieldsList } from './fields-list.tsx';
import { SampleRows } from './sample-rows.tsx';

const { trial: words } = strings;

interface Props {
  readonly source: string;
  readonly type: string;
  /** Those of the type, or the chosen ones; never empty. */
  readonly entityTypes: readonly string[];
}

/** What the chosen type holds, beside the choice of entity types: its fields, and some masked rows of it. */
export function TypeInsight({ source, type, entityTypes }: Props) {
  const [open, setOpen] = useState(false);
  const [view, setView] = useState('fields');
  const [chosen, setChosen] = useState('');
  const id = useId();
  const entityType = entityTypes.includes(chosen) ? chosen : (entityTypes[0] ?? '');
  return (
    <section aria-label={words.insight(type)}>
      <Button variant="default" size="xs" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {open ? words.hide : words.show}
      </Button>
      <Collapse expanded={open} id={id}>
        <Stack gap="sm" mt="sm" className="udm-insight">
          <div className="udm-insight-bar">
            <SegmentedControl
              size="xs"
              transitionDuration={0}
              aria-label={words.insight(type)}
              value={view}
              onChange={setView}
              data={Object.entries(words.views).map(([value, label]) => ({ value, label }))}
            />
            {entityTypes.length > 1 && (
              <NativeSelect
                size="xs"
                aria-label={words.entityType}
                value={entityType}
                onChange={(event) => setChosen(event.currentTarget.value)}
                data={[...entityTypes]}
              />
            )}
          </div>
          {open && view === 'fields' && <FieldsList source={source} type={type} entityType={entityType} />}
          {open && view === 'sample' && <SampleRows key={entityType} source={source} type={type} entityType={entityType} />}
        </Stack>
      </Collapse>
    </section>
  );
}
