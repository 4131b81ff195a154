/** The flag behind a field of the API, where its name differs: an error then names what the user of the command line knows. */
const FLAGS: Readonly<Record<string, string>> = {
  'entityTypes': '--entity-type',
  'timeZone': '--time-zone',
  'run.at': '--once-at',
  'run.every': '--hourly',
  'run.minute': '--minute',
  'run.time': '--daily or --at',
  'run.weekdays': '--weekly',
  'run.day': '--monthly',
  'run.start': '--start',
  'run.end': '--end',
  'range.kind': '--since-previous, --last, --from with --to, or --all-data',
  'range.dataFrom': '--data-from',
  'range.count': '--last',
  'range.unit': '--last',
  'range.from': '--from',
  'range.to': '--to',
  'missedRuns': '--missed',
  'splitMegabytes': '--split',
  'compression': '--compression',
  'format': '--format',
  'csvFormulas': '--csv-formulas',
  'recipients': '--recipient',
  'email': '--email',
  'roles': '--role',
  'scopes': '--scope',
  'days': '--days',
};

/** The flag of a field such as `run.weekdays[1]`; null when there is none. */
export function flagOfField(field: string): string | null {
  return FLAGS[field.replace(/\[\d+\]$|\.local$/, '')] ?? null;
}
