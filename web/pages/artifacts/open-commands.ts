/** A word as a shell takes it literally. */
function quoted(word: string): string {
  return /^[\w.,:@%+=/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export interface OpenCommands {
  readonly udm: string;
  readonly openssl: string;
  readonly smime: string;
  readonly check: string;
}

/** Copy-ready commands for one downloaded file. */
export function openCommands(fileName: string, sha256: string): OpenCommands {
  const zip = fileName.endsWith('.zip.p7m') ? fileName.slice(0, -'.p7m'.length) : `${fileName}.zip`;
  const folder = zip.slice(0, -'.zip'.length);
  return {
    udm: `./udm decrypt ${quoted(fileName)} --key KEY.pem --out ${quoted(folder)}`,
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
