/** Words about exports that held a person. They come with the page of a data request. */
export const heldExports = {
  title: 'Files that held the person',
  label: 'Withdrawn files and who had downloaded them',
  columns: { file: 'File', from: 'Of', withdrawn: 'Withdrawn', downloads: 'Downloaded by', again: 'Exported again' },
  nobody: 'nobody',
  tell: 'Who has downloaded a file still has it: tell them to delete it, too (Art. 19).',
  unknown: (count: number) => (count === 1 ? 'Of 1 file nobody can tell' : `Of ${count} files nobody can tell`),
  unknownText: 'They were made before UDM noted whom files hold, and can be downloaded. Withdraw them if they could hold the person.',
  again: 'Export again',
  againOf: (name: string) => `Export again without the person: ${name}`,
  againTitle: 'Export this window again?',
  againText:
    'The job runs once more for the same window, with its settings and recipients of now. What is erased is not in it; what must stay is in it without the person. Those who need the file then find the new one under Artifacts.',
  againConfirm: 'Export again',
  againBegun: 'The window is exported again.',
  againLater: 'can be exported again once the erasure is verified',
  againByOthers: 'can be exported again',
  byOthersText:
    'Exporting again is for those who may change jobs of the source. They find the withdrawn file under Artifacts, with the button “Run this window again”.',
  noData: 'nothing is left to export',
  notAgain: {
    possible: '',
    not_needed: 'it can be downloaded',
    job_gone: 'no: its job was deleted',
    job_changed: 'no: its job exports something else by now',
    under_way: 'under way',
    live_again: 'another file covers this window',
  },
} as const;
