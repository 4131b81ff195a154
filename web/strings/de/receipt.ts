import type { receipt as english } from '../receipt.ts';
import type { Translation } from '../translation.ts';

export const receipt: Translation<typeof english> = {
  title: 'Beleg',
  lead: 'Was wo und wann getan wurde. Er nennt die Person nicht: Sie können ihn ihr geben oder der Behörde zeigen. Genannt ist, wer in UDM einen Export heruntergeladen hatte.',
  download: 'Herunterladen (JSON)',
  print: 'Drucken oder als PDF sichern',
  outcomes: {
    done: {
      access: 'Alles, was von der Person gefunden wurde, ist für sie zusammengestellt.',
      erasure: 'Alles, was von der Person gefunden wurde, ist gelöscht.',
      rectification: 'Was falsch war, ist berichtigt, wo eine Quelle es zulässt. Was früher gesendet wurde, bleibt, wie es gesendet wurde.',
    },
    done_in_part: {
      access: 'Was der Person gegeben werden darf, wurde für sie zusammengestellt.',
      erasure: 'Was von der Person gefunden wurde, ist gelöscht. Einige Datensätze müssen bleiben, ohne die Person: Der Rechtsgrund steht unten.',
      rectification: 'Was falsch war, ist berichtigt. Einige Datensätze müssen bleiben, wie sie sind: Der Rechtsgrund steht unten.',
    },
    not_finished: {
      access: 'Was von der Person gefunden wurde, ist für sie zusammengestellt, aber nicht aus jeder Quelle: Unten steht, wo es nicht zu Ende kam.',
      erasure: 'Was von der Person gefunden wurde, ist gelöscht, aber nicht in jeder Quelle: Unten steht, wo es nicht zu Ende kam.',
      rectification: 'Was falsch war, ist berichtigt, aber nicht in jeder Quelle: Unten steht, wo es nicht zu Ende kam.',
    },
    refused: {
      access: 'Der Antrag wurde abgelehnt. Nichts wurde herausgegeben.',
      erasure: 'Der Antrag wurde abgelehnt. Nichts wurde gelöscht.',
      rectification: 'Der Antrag wurde abgelehnt. Nichts wurde berichtigt.',
    },
  },
  nothing: 'In keiner Quelle wurde etwas von der Person gefunden.',
  signatures: {
    whole: 'Signatur geprüft: Er ist, wie er signiert wurde, mit einem Schlüssel dieses UDM.',
    broken: 'Er wurde geändert, seit er signiert ist.',
    unknown_key: 'Er ist, wie er signiert wurde, aber mit einem Schlüssel, den dieses UDM nicht kennt.',
  },
  signatureFixes: {
    broken: 'Verlassen Sie sich nicht auf ihn; wer dieses UDM betreibt, soll die Datenbank mit einer Sicherung vergleichen.',
    unknown_key: 'Vergleichen Sie den Schlüssel unten mit dem, dem Sie vertrauen.',
  },
  facts: {
    case: 'Vorgang',
    id: 'Antrag',
    ground: 'Grund der Ablehnung',
    lookedFor: 'Gesucht nach',
    identifiers: (count, types) => (count === 1 ? `1 Kennung, angefragt über ${types}` : `${count} Kennungen, angefragt über ${types}`),
    searched: 'Gesucht in',
    notReached: 'Nicht erledigt in',
    agreed: 'Freigegeben',
    agreedBy: (count) => (count === 0 ? 'von niemandem sonst' : count === 1 ? 'von 1 anderen Person' : `von ${count} anderen Personen`),
    ledger: 'Löschbuch',
    line: (line) => `Zeile ${line}, geschrieben vor der ersten Änderung`,
    version: 'Erstellt von',
  },
  times: {
    title: 'Wann',
    receivedOn: 'Eingegangen',
    submittedAt: 'Eingereicht',
    extendedAt: 'Frist verlängert',
    discoveredAt: 'Alle Quellen durchsucht',
    approvedAt: 'Freigegeben',
    begunAt: 'Arbeit begonnen',
    verifiedAt: 'Getan und nachgeprüft',
    searchedAgainAt: 'Noch einmal gesucht',
    endedAt: 'Abgeschlossen',
    deadlineOn: 'Frist',
    inTime: 'eingehalten',
    late: 'versäumt',
  },
  work: { title: 'Was wo getan wurde', all: 'Alle Quellen' },
  stayed: {
    title: 'Was blieb, und warum',
    nothing: 'Nichts von der Person blieb.',
    nothingFinished: 'In den Quellen, in denen es zu Ende kam, blieb nichts von der Person.',
    columns: { where: 'Wo', rows: 'Datensätze', why: 'Warum' },
    uncertain: 'Wem sie gehören, lässt sich nicht sagen: Zu ihnen führt eine Kennung, die auch andere haben.',
    unnamed: 'Ein Rechtsgrund, den der Katalog nicht nennt.',
  },
  exports: {
    title: 'Exporte, in denen die Person stand',
    nothing: 'In keinem Export, der herunterzuladen war, stand die Person.',
    by: 'Heruntergeladen von',
    outdated: 'Exporte von vor der Berichtigung, als er endete',
    unknown: (count) =>
      count === 1
        ? 'Von 1 älteren Datei lässt sich nicht sagen, ob die Person darin steht.'
        : `Von ${count} älteren Dateien lässt sich nicht sagen, ob die Person darin steht.`,
  },
  verify: {
    title: 'Überall zu prüfen',
    text: 'Wer den Beleg und den öffentlichen Schlüssel dieses UDM hat, kann ihn prüfen, ohne Verbindung zu UDM. Geben Sie beide weiter.',
    key: 'Öffentlichen Schlüssel herunterladen (PEM)',
    command: 'Mit UDM',
    signedBy: 'Signiert mit dem Schlüssel',
    fingerprint: 'den Fingerabdruck',
  },
};
