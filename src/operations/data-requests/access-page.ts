import type { IdentifierType, NormalIdentifier } from '../../domain/data-requests/identifiers.ts';

/** `index.html` of an access package: what is held about a person, or that nothing is, for this person to read. No script, nothing from elsewhere, everything escaped. */

/** Of one file of the package. */
export interface PagePart {
  /** Of its rows in JSON Lines. */
  readonly fileName: string;
  readonly source: string;
  readonly title: string;
  readonly rows: number;
  readonly masked: number;
  /** JSON of the rows shown, in order. */
  readonly lines: readonly string[];
}

export interface PageFacts {
  /** Who answers for the data. */
  readonly controller: string;
  readonly caseId: string;
  readonly receivedOn: string;
  readonly createdAt: string;
  readonly udmVersion: string;
  /** Records of which nobody can tell whose they are. */
  readonly uncertain: number;
  /** What was looked for. */
  readonly asked: readonly NormalIdentifier[];
  /** Where it was looked, also where nothing was found. */
  readonly searched: readonly { readonly source: string; readonly tables: readonly string[] }[];
}

/** Longer values are cut; the file of rows has all of them. */
export const MOST_CHARACTERS = 20_000;

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2430;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem}.scroll{overflow-x:auto}[lang=de]{color:#4a5567}
table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.35rem .9rem .35rem 0;border-bottom:1px solid #d5dae2}
td{white-space:pre-wrap;overflow-wrap:anywhere;min-width:6rem;max-width:28rem}thead th{white-space:nowrap}
@media(prefers-color-scheme:dark){body{color:#e4e8ee;background:#14181f}[lang=de]{color:#aab4c3}th,td{border-color:#39414d}}
@media print{.scroll{overflow:visible}body{max-width:none}}`;

export function makeAccessPage(facts: PageFacts, parts: readonly PagePart[]): string {
  const day = facts.createdAt.slice(0, 10);
  const title = 'Your personal data · Ihre personenbezogenen Daten';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Your personal data · <span lang="de">Ihre personenbezogenen Daten</span></h1>
<table>
${fact('Controller', 'Verantwortlicher', facts.controller)}
${fact('Case', 'Vorgang', facts.caseId)}
${fact('Request received on', 'Anfrage eingegangen am', facts.receivedOn)}
${fact('Copy made on', 'Kopie erstellt am', day)}
</table>
${answer(
  parts.reduce((sum, one) => sum + one.rows, 0),
  facts,
)}
${searched(facts)}
${parts.length === 0 ? '' : masking()}
${
  facts.uncertain === 0
    ? ''
    : both(
        `Records that may be yours or somebody else's, because several people share what leads to them, are not in this copy: ${facts.uncertain}.`,
        `Nicht in dieser Kopie sind Datensätze, die Ihre oder die eines anderen sein können, weil mehrere Menschen teilen, was zu ihnen führt: ${facts.uncertain}.`,
      )
}
${parts.map(section).join('\n')}
<h2>About these files · <span lang="de">Zu diesen Dateien</span></h2>
${
  parts.length === 0
    ? ''
    : both(
        'The same data, whole, are beside this page in files that programs read (.jsonl: one JSON object for each record); the .schema.json files say what their fields are.',
        'Dieselben Daten liegen vollständig neben dieser Seite in Dateien, die Programme lesen (.jsonl: ein JSON-Objekt je Datensatz); die Dateien .schema.json beschreiben ihre Felder.',
      )
}
${both('manifest.json has the SHA-256 of every file, and manifest.json.sig is its signature.', 'manifest.json nennt den SHA-256 jeder Datei, manifest.json.sig ist die Signatur dazu.')}
<p>UDM ${escaped(facts.udmVersion)}, ${escaped(facts.createdAt)}</p>
</body>
</html>
`;
}

function masking(): string {
  return `<h2>What is masked, and why · <span lang="de">Was unkenntlich gemacht ist, und warum</span></h2>
${both(
  'Some records concern other people as well, for example a conversation of several. A copy must not harm the rights of others (Article 15(4) GDPR): what is theirs is replaced by “[other person]”, or left empty in fields that hold no text.',
  'Manche Datensätze betreffen auch andere Menschen, zum Beispiel ein Gespräch mehrerer. Eine Kopie darf die Rechte anderer nicht beeinträchtigen (Artikel 15 Abs. 4 DSGVO): Was ihnen gehört, ist durch „[other person]“ (andere Person) ersetzt oder in Feldern ohne Text leer.',
)}`;
}

/** Whether data are processed (Art. 15(1)), and then the copy. */
function answer(rows: number, { uncertain, searched: places }: PageFacts): string {
  if (rows > 0)
    return both(
      `This is a copy of the data held about you (Article 15 GDPR): ${rows} records.`,
      `Dies ist eine Kopie der Daten, die über Sie gespeichert sind (Artikel 15 DSGVO): ${rows} Datensätze.`,
    );
  if (uncertain > 0)
    return both(
      'No record was found of which it is sure that it is about you (Article 15(1) GDPR).',
      'Es wurde kein Datensatz gefunden, von dem feststeht, dass er Sie betrifft (Artikel 15 Abs. 1 DSGVO).',
    );
  if (places.length === 0)
    return both(
      'No system was searched: whether data about you are held is not known.',
      'Es wurde kein System durchsucht: Ob Daten über Sie gespeichert sind, ist nicht bekannt.',
    );
  return both(
    'No data about you are held in the systems named below (Article 15(1) GDPR).',
    'In den unten genannten Systemen sind keine Daten über Sie gespeichert (Artikel 15 Abs. 1 DSGVO).',
  );
}

function searched({ asked, searched: places }: PageFacts): string {
  const looked = asked.map(({ type, normal }) => `<tr><th scope="row">${named(type)}</th><td>${escaped(normal)}</td></tr>`);
  const where = places.map(({ source, tables }) => `<tr><th scope="row">${escaped(source)}</th><td>${escaped(tables.join(', '))}</td></tr>`);
  return `<h2>What was looked for, and where · <span lang="de">Wonach gesucht wurde, und wo</span></h2>
<table>
${looked.join('\n')}
</table>
${
  places.length === 0
    ? ''
    : both('These systems were searched, and these kinds of records in them:', 'Diese Systeme wurden durchsucht, und diese Arten von Datensätzen darin:')
}
<table>
${where.join('\n')}
</table>
${both(
  'If you used other addresses or numbers, name them in a new request.',
  'Wenn Sie andere Adressen oder Nummern benutzt haben, nennen Sie sie in einer neuen Anfrage.',
)}`;
}

const NAMES: Readonly<Record<IdentifierType, readonly [string, string]>> = {
  email: ['E-mail', 'E-Mail'],
  phone: ['Phone', 'Telefon'],
  customer_id: ['Customer number', 'Kundennummer'],
  contact_id: ['Contact id', 'Kontaktnummer'],
  account_number: ['Account number', 'Kontonummer'],
  external_id: ['External id', 'Externe Nummer'],
  twitter: ['Twitter', 'Twitter'],
  facebook: ['Facebook', 'Facebook'],
  instagram: ['Instagram', 'Instagram'],
  whatsapp: ['WhatsApp', 'WhatsApp'],
};

function named(type: IdentifierType): string {
  const [english, german] = NAMES[type];
  return english === german ? english : `${english} · <span lang="de">${german}</span>`;
}

function fact(english: string, german: string, text: string): string {
  return `<tr><th scope="row">${english} · <span lang="de">${german}</span></th><td>${escaped(text)}</td></tr>`;
}

function both(english: string, german: string): string {
  return `<p>${escaped(english)}</p>\n<p lang="de">${escaped(german)}</p>`;
}

function section(part: PagePart): string {
  const rows = part.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => !isEmpty(row[name]))))];
  const head = names.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${names.map((name) => `<td>${valueText(row[name])}</td>`).join('')}</tr>`).join('\n');
  const left = part.rows - part.lines.length;
  const notes = [
    ...(part.masked > 0
      ? [both(`Records in which something is masked: ${part.masked}.`, `Datensätze, in denen etwas unkenntlich gemacht ist: ${part.masked}.`)]
      : []),
    ...(left > 0 ? [both(`${left} more records are in the file only.`, `${left} weitere Datensätze stehen nur in der Datei.`)] : []),
  ];
  return `<h2>${escaped(part.source)}: ${escaped(part.title)} (${part.rows})</h2>
<p>${escaped(part.fileName)}</p>
${notes.join('\n')}
<div class="scroll"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody>
</table></div>`;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Lists and objects one member a line, indented; text that is JSON like them. */
function valueText(value: unknown): string {
  const parsed = typeof value === 'string' && /^\s*[[{]/.test(value) ? parse(value) : value;
  const text = isEmpty(parsed) ? '' : nested(parsed, '');
  return escaped(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}… (${text.length})` : text);
}

function nested(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const members = Object.entries(value).filter(([, one]) => !isEmpty(one));
  return members
    .map(([name, one]) => {
      const text = nested(one, `${indent}  `);
      const label = Array.isArray(value) ? '–' : `${name}:`;
      return typeof one === 'object' ? `${indent}${label}\n${text}` : `${indent}${label} ${text}`;
    })
    .join('\n');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign] as string);
}
