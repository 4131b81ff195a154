import type { lists as english } from '../table.ts';
import type { Translation } from '../translation.ts';

export const lists: Translation<typeof english> = {
  table: {
    select: (title) => `${title} auswählen`,
    selectHeader: 'Ausgewählt',
    sortBy: (column) => `Nach ${column} sortieren`,
    pages: 'Seiten',
    page: { first: 'Erste Seite', previous: 'Vorherige Seite', next: 'Nächste Seite' },
    count: (total, one, many) => `${total.exact ? '' : 'Mehr als '}${total.count.toLocaleString('de-DE')} ${total.count === 1 && total.exact ? one : many}`,
    actions: 'Aktionen',
  },
  filter: {
    group: 'Filter',
    text: 'Suche',
    textHint: 'Suchen',
    source: 'Quelle',
    allSources: 'Alle Quellen',
    type: 'Typ',
    allTypes: 'Alle Typen',
    status: 'Status',
    allStatuses: 'Alle Status',
    state: 'Zustand',
    allStates: 'Alle Zustände',
    clear: 'Filter zurücksetzen',
    sort: 'Sortieren nach',
    nothing: 'Keine Treffer',
    nothingText: 'Kein Eintrag passt zu diesen Filtern.',
    onlyJob: (title) => `Nur Läufe von „${title}“`,
    onlyFilesOfJob: (title) => `Nur Dateien von „${title}“`,
    onlyFilesOfRun: 'Nur Dateien eines Laufs',
    oneJob: 'einem Auftrag',
    showAll: 'Alle anzeigen',
  },
};
