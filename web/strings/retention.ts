/** Words of retention: the notice on top when it stands still, and where the file of an artifact is. Loaded with what shows them. */
export const retention = {
  title: 'Expired files are not being deleted',
  leap: (expected: string, found: string) => `The clock of the database leapt: it showed ${found} when it should have shown ${expected}.`,
  wentBack: (expected: string, found: string) => `The clock of the database went back while UDM was stopped: it showed ${found}, and ${expected} before.`,
  waiting: (count: number) =>
    count === 1
      ? 'One file that has expired by this clock waits for its deletion. It is not served.'
      : `${count} files that have expired by this clock wait for their deletion. They are not served.`,
  fix: 'Set the clock right, then agree: from then on what has expired by it is deleted.',
  others: 'Whoever runs UDM must set the clock right and agree (udm retention agree).',
  agree: 'The clock is right: delete expired files again',
  refused: 'Nothing was changed',
  withdrawn: 'Withdrawn',
  withdrawnAt: (time: string, reason: string) => `Withdrawn ${time}: ${reason}`,
  reasons: {
    wrong_data: 'it held the wrong data',
    wrong_recipient: 'it was encrypted to the wrong recipient',
    person_erased: 'it held a person whose data was erased',
    person_corrected: 'it held values of a person that were corrected',
    other: 'it should not have been made or handed out',
  },
  withdraw: {
    open: 'Withdraw',
    title: (count: number) => (count === 1 ? 'Withdraw this file?' : `Withdraw ${count} files?`),
    text: 'From now on nobody can download them, downloads that are under way are cut within seconds, and the files are deleted. The rows stay and say why; the audit trail says who had downloaded them.',
    why: 'Why',
    confirm: (count: number) => (count === 1 ? 'Withdraw file' : `Withdraw ${count} files`),
    done: (count: number) => (count === 1 ? 'File withdrawn.' : `${count} files withdrawn.`),
    stopped: (done: number, all: number) => `Stopped. Withdrawn files: ${done} of ${all}.`,
    refused: (name: string) => `${name} was not withdrawn`,
  },
  file: {
    gone: (time: string) => `File deleted ${time}`,
    toDelete: 'The file is deleted within a day',
    failed: (tries: number, next: string) => `Deleting the file failed ${tries === 1 ? 'once' : `${tries} times`}; next try ${next}`,
    failedShort: (tries: number) => `File not deleted yet: failed ${tries === 1 ? 'once' : `${tries} times`}`,
    missing: 'File missing',
    missingText: (time: string) => `Found missing in storage ${time}. It cannot be downloaded; its window can run again.`,
    damaged: 'File damaged',
    damagedText: (time: string) => `Found with another length in storage ${time}. Do not rely on it; its window can run again.`,
  },
} as const;
