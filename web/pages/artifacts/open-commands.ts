/** A word as a shell takes it literally. */
export function quoted(word: string): string {
  return /^[\w.,:@%+=/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export interface OpenCommands {
  readonly udm: string;
  readonly openssl: string;
  readonly smime: string;
  readonly check: string;
}

/** Copy-ready commands for one downloaded file. UDM opens all parts of a run at once; other tools open one file at a time. */
export function openCommands(fileName: string, sha256: string): OpenCommands {
  const zip = fileName.endsWith('.zip.p7m') ? fileName.slice(0, -'.p7m'.length) : `${fileName}.zip`;
  const folder = zip.slice(0, -'.zip'.length);
  const run = folder.replace(/-p\d{4,}$/, '');
  const files = run === folder ? quoted(fileName) : `${quoted(run)}-p*.zip.p7m`;
  return {
    udm: `./udm decrypt ${files} --key KEY.pem --out ${quoted(run)}`,
    openssl: [
      `openssl cms -decrypt -binary -inform DER -in ${quoted(fileName)} -inkey KEY.pem -out ${quoted(zip)}`,
      `unzip ${quoted(zip)} -d ${quoted(folder)}`,
    ].join('\n'),
    smime: [
      `openssl smime -decrypt -binary -inform DER -in ${quoted(fileName)} -inkey KEY.pem -out ${quoted(zip)}`,
      `unzip ${quoted(zip)} -d ${quoted(folder)}`,
    ].join('\n'),
    check: `echo ${quoted(`${sha256}  ${fileName}`)} | sha256sum -c`,
  };
}
