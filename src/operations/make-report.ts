import type { DataFormat, EntrySummary } from '../pipeline/archive.ts';
import type { ManifestFacts } from './make-manifest.ts';

/** What the report tells of the job besides the facts of the manifest: each a name and a text. */
export type ReportSettings = readonly (readonly [name: string, text: string])[];

const CONTENT: Readonly<Record<EntrySummary['content'], string>> = {
  rows: 'rows',
  attachments: 'attachments of the rows',
  late_rows: 'late rows: from before the window, stored in the source after it was exported',
  late_attachments: 'attachments of the late rows',
  schema: 'JSON Schema of the rows',
  report: 'this page',
};

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2430;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #d5dae2}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}code,pre{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
pre{background:#f2f4f7;padding:.8rem;white-space:pre-wrap}
@media(prefers-color-scheme:dark){body{color:#e4e8ee;background:#14181f}th,td{border-color:#39414d}pre{background:#1f2530}}`;

/** The text of `report.html`: what a person who unpacks the archive wants to know. It needs no network and runs no script. */
export function makeReport(facts: ManifestFacts, settings: ReportSettings, entries: readonly EntrySummary[]): string {
  const rows = entries.reduce((sum, entry) => sum + (entry.rows ?? 0), 0);
  const title = `${facts.source} ${facts.type}: ${facts.job.title}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(summaryOf(facts, rows))}</p>
<h2>What was exported</h2>
${factTable([...factsOf(facts), ...settings])}
<h2>What is in this archive</h2>
${entryTable(entries)}
<h2>How to read it</h2>
${formatsOf(entries)}
<p>The <code>.schema.json</code> file named beside each says what its fields are (JSON Schema, draft-07). Attachments are joined to rows by id.</p>
<h2>How to check it</h2>
<p><code>manifest.json</code> has the SHA-256 of every other file, this page included, and <code>manifest.json.sig</code> is its signature by the UDM
that made it. <code>udm decrypt</code> and <code>udm verify --key</code> have checked both. By hand, with the public key from the Preferences page of UDM:</p>
<pre>openssl dgst -sha256 -verify udm-signing-key.pem -signature manifest.json.sig manifest.json
sha256sum ${endingsOf(entries)} *.schema.json report.html</pre>
</body>
</html>
`;
}

const FORMATS: Readonly<Record<DataFormat, string>> = {
  jsonl: `Files that end in <code>.jsonl</code> are JSON Lines: UTF-8 text, one JSON object per line, each ending with a newline. Attachments are in base64.`,
  csv: `Files that end in <code>.csv</code> are CSV (RFC 4180): UTF-8 text, commas, names of the fields in the first record, CR LF behind each record.
A text is in quotes, so that an empty text (<code>""</code>) and no value (nothing) differ; a text may hold line breaks. Objects and lists are JSON text, attachments base64. In a spreadsheet,
import the file as text in UTF-8 rather than opening it, and mark columns of ids as text.`,
  parquet: `Files that end in <code>.parquet</code> are Apache Parquet, for example for DuckDB (<code>SELECT * FROM 'file.parquet'</code>), pandas or Spark. Columns have
the types of the source; objects and lists are JSON text, attachments are the bytes themselves.`,
};
const GUARDED = `An apostrophe stands before each text that a spreadsheet would take for a formula; take one away from the beginning of every text to have the values of the source.`;
const MAY_CALCULATE = `A spreadsheet may calculate texts that look like a formula.`;

/** How to read what is there. */
function formatsOf(entries: readonly EntrySummary[]): string {
  const formats = new Set(entries.flatMap(({ format }) => format ?? []));
  const formulas = entries.find((entry) => entry.formulas)?.formulas;
  const note = formulas === undefined ? [] : [formulas === 'escape' ? GUARDED : MAY_CALCULATE];
  return [...[...formats].map((format) => FORMATS[format]), ...note].map((text) => `<p>${text}</p>`).join('\n');
}

function endingsOf(entries: readonly EntrySummary[]): string {
  return [...new Set(entries.flatMap(({ format }) => (format ? [`*.${format}`] : [])))].join(' ');
}

function summaryOf(facts: ManifestFacts, rows: number): string {
  const part = facts.part.of === 1 ? 'This is the whole run' : `This is part ${facts.part.number} of the run`;
  return `${part}, with ${number(rows)} ${rows === 1 ? 'row' : 'rows'}. Made by UDM ${facts.udmVersion} at ${facts.createdAt}.`;
}

function factsOf({ source, type, entityTypes, window, arrival, run, job, recipients }: ManifestFacts): ReportSettings {
  const late = arrival ? [['Late rows', `stored in the source from ${arrival.from ?? 'the beginning'} to ${arrival.to}`] as const] : [];
  return [
    ['Source', source],
    ['Type', type],
    ['Entity types', entityTypes?.join(', ') ?? 'all'],
    ['Window', `from ${window.from ?? 'the beginning'} (with it) to ${window.to ?? 'the end'} (without it)`],
    ...late,
    ['Job', `${job.title}${job.id === null ? '' : ` (${job.id})`}`],
    ['Run', `${run.id}, attempt ${run.attempt}, scheduled at ${run.scheduledAt}`],
    ['Encrypted to', recipients.join(', ')],
  ];
}

function factTable(facts: ReportSettings): string {
  const rows = facts.map(([name, text]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(text)}</td></tr>`);
  return `<table>\n${rows.join('\n')}\n</table>`;
}

function entryTable(entries: readonly EntrySummary[]): string {
  const rows = entries.map(
    (entry) =>
      `<tr><th scope="row"><code>${escaped(entry.name)}</code></th><td>${escaped(contentOf(entry))}</td><td class="n">${entry.rows === null ? '' : number(entry.rows)}</td><td class="n">${number(entry.bytes)}</td><td><code>${entry.sha256}</code></td></tr>`,
  );
  const head =
    '<tr><th scope="col">File</th><th scope="col">Holds</th><th scope="col" class="n">Rows</th><th scope="col" class="n">Bytes</th><th scope="col">SHA-256</th></tr>';
  return `<table>\n<thead>${head}</thead>\n<tbody>\n${rows.join('\n')}\n</tbody>\n</table>`;
}

function contentOf({ content, schema, schemaId }: EntrySummary): string {
  return [CONTENT[content], schema ?? schemaId].filter((text) => text !== undefined).join('; ');
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Titles and descriptions are what somebody typed. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign] as string);
}
