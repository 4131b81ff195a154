/** Words of the part of the preferences about mails. They come with that part. */
export const notices = {
  title: 'Notices by mail',
  lead: 'UDM writes to you when your certificates end, when your jobs fail and run again, when a job begins or stops to encrypt to you, and when deadlines of data requests are near.',
  notConfigured: 'This UDM has no mail server yet: nothing is sent. Your choice is kept.',
  email: 'E-mail address',
  emailHint: 'Empty: you get no mails. The address that was here before is told of a change.',
  language: 'Language of the mails',
  kinds: 'Write to me when',
  kind: {
    certificate_ends: 'a certificate of mine ends in 30, 7 or 1 days',
    certificate_ended: 'a certificate of mine has ended',
    run_failed: 'a job of mine fails',
    run_recovered: 'a job of mine runs again after it failed',
    recipients_changed: 'my certificate is added to a job or taken from it',
    request_deadline: 'the deadline of a data request I may handle ends in 10, 5 or 1 days',
    request_overdue: 'the deadline of a data request I may handle is over',
  },
  save: 'Save',
  saved: 'Saved',
  givenUp: 'The last mail to you could not be delivered',
  givenUpText: (title: string) => `It was about “${title}”. Check the address, or ask the operator of this UDM to look at “udm notice list”.`,
} as const;
