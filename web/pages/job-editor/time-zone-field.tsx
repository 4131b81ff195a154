import { type ComboboxItem, type OptionsFilter, Select, Text } from '@mantine/core';
import { useTimeZones } from '../../api/queries.ts';
import { isSameZone } from '../../format/local-time.ts';
import { browserZone } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import { type JobForm, withTimeZone } from './job-form.ts';

const { schedule: words } = strings;

interface Props {
  readonly form: JobForm;
  readonly message: string | undefined;
  readonly onChange: (part: Partial<JobForm>) => void;
}

const MOST_SHOWN = 100;

/** "new york" finds America/New_York, typed with a space or not. */
const filter: OptionsFilter = ({ options, search }) => {
  const wanted = plain(search);
  return (options as ComboboxItem[]).filter(({ label }) => plain(label).includes(wanted)).slice(0, MOST_SHOWN);
};

function plain(name: string): string {
  return name.replaceAll('_', ' ').trim().toLowerCase();
}

/** The zone whose clocks the job goes by. */
export function TimeZoneField({ form, message, onChange }: Props) {
  const zones = useTimeZones();
  const offered = zones.data?.items ?? [];
  const data = offered.includes(form.timeZone) ? offered : [form.timeZone, ...offered];
  const mine = browserZone();
  return (
    <div>
      <Select
        data-field="timeZone"
        label={words.timeZone}
        required
        searchable
        allowDeselect={false}
        maxDropdownHeight={260}
        filter={filter}
        maw={420}
        placeholder={words.zoneSearch}
        nothingFoundMessage={zones.error === null ? words.zoneNothing : words.zonesRefused}
        comboboxProps={{ withinPortal: false }}
        value={form.timeZone}
        error={message}
        data={data.map((zone) => ({ value: zone, label: zone }))}
        onChange={(zone) => zone !== null && onChange(withTimeZone(form, zone, Date.now()))}
      />
      {!isSameZone(mine, form.timeZone) && (
        <Text size="sm" c="dimmed" mt={4}>
          {words.zoneDiffers(mine)}
        </Text>
      )}
    </div>
  );
}
