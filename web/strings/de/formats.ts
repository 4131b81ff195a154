import type { formats as english } from '../formats.ts';
import type { Translation } from '../translation.ts';

export const formats: Translation<typeof english> = {
  hint: 'Zeilen und Werte sind in jedem dieselben.',
  choices: {
    jsonl: 'JSON Lines: ein JSON-Objekt je Zeile, ohne Verlust',
    csv: 'CSV: für Tabellenprogramme und Datenbanken',
    parquet: 'Parquet: Spalten mit Typen, für Auswertungen',
  },
  formulasHint: 'Ein Text, der mit =, +, - oder @ beginnt, kann von jedem stammen, der Ihnen schreibt.',
  formulaWays: { keep: 'Lassen, wie sie sind', escape: 'Einen Apostroph davorsetzen' },
  formulaEffects: {
    keep: 'Genau die Texte der Quelle. Ein Tabellenprogramm, das die Datei öffnet, rechnet sie vielleicht aus: gut für Programme.',
    escape:
      "Ein Tabellenprogramm zeigt sie als Text: Aus =1+1 wird '=1+1. Die Datei hat dann nicht mehr genau die Texte der Quelle; ein Programm muss den Apostroph wieder entfernen.",
  },
};
