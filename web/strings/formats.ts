/** Words of the choice of a format; loaded with the form of a job. */
export const formats = {
  hint: 'Rows and values are the same in each.',
  choices: {
    jsonl: 'JSON Lines: a JSON object per row, nothing lost',
    csv: 'CSV: for spreadsheets and databases',
    parquet: 'Parquet: typed columns, for analysis',
  },
  formulasHint: 'A text that begins with =, +, - or @ may come from anybody who writes to you.',
  formulaWays: { keep: 'Leave them as they are', escape: 'Put an apostrophe before them' },
  formulaEffects: {
    keep: 'Exactly the texts of the source. A spreadsheet that opens the file may calculate them: choose this for programs.',
    escape:
      "A spreadsheet shows them as text: =1+1 becomes '=1+1. The file no longer has exactly the texts of the source; a program must take that apostrophe away.",
  },
} as const;
