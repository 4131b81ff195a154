import type { Language } from './language.ts';
import { GERMAN_NOTICES } from './notice-text-german.ts';
import { causeText, type NoticeFacts, type NoticeKind } from './notice.ts';
import type { NoticeText, NoticeWords } from './notice-words.ts';

const days = (count: number) => (count === 1 ? '1 day' : `${count} days`);

const ENGLISH: NoticeWords = {
  texts: {
    certificate_ends: ({ title, at, days: left }) => ({
      subject: `The certificate "${title}" ends in ${days(left)}`,
      body: `Your certificate "${title}" ends on ${at}.\n\nFrom then on no run that encrypts to it starts: it fails before anything is read. Upload the new certificate under Preferences, and choose it in the jobs that use this one.`,
    }),
    certificate_ended: ({ title, at }) => ({
      subject: `The certificate "${title}" has ended`,
      body: `Your certificate "${title}" ended on ${at}.\n\nRuns that encrypt to it fail before anything is read, until their jobs have a valid certificate. Upload a new one under Preferences, and choose it in the jobs that use this one.`,
    }),
    run_failed: ({ title, at, code }) => ({
      subject: `The job "${title}" has failed`,
      body: `The run of the job "${title}" for ${at} has failed:\n\n${ENGLISH.cause(code)}\n\nYou will not be told of further failures of this job, but when it runs again.`,
    }),
    run_recovered: ({ title, at }) => ({
      subject: `The job "${title}" runs again`,
      body: `The job "${title}" had failed. Its run for ${at} succeeded.`,
    }),
    recipients_changed: ({ title, by, change }) => ({
      subject: `The recipients of the job "${title}" were changed`,
      body:
        change === 'added'
          ? `${by} chose your certificate for the job "${title}": from now on its files are encrypted to you as well.`
          : `${by} took your certificate out of the job "${title}": you cannot open the files it makes from now on.\n\nIf you do not know why, ask ${by} or an administrator.`,
    }),
    request_deadline: ({ title, at, days: left }) => ({
      subject: left === 0 ? `The data request ${title} ends today` : `The data request ${title} ends in ${days(left)}`,
      body: `The data request ${title} is to be answered by ${at}.\n\nOpen it in UDM, under GDPR: it says what it waits for, and who can do that. Within the first month its deadline can be extended once, if the person is told why (Art. 12(3) GDPR).`,
    }),
    request_overdue: ({ title, at }) => ({
      subject: `The data request ${title} is overdue`,
      body: `The data request ${title} was to be answered by ${at}, and is still open.\n\nOpen it in UDM, under GDPR: it says what it waits for, and who can do that. You will not be told of it again.`,
    }),
    audit_broken: ({ title, at, code }) => ({
      subject: 'The audit log is not what it was',
      body: `The daily look at every record of the audit log has found on ${at} that it was changed. The first finding is at number ${title}:\n\n${ENGLISH.cause(code)}\n\nThe page "Audit log" has a button to verify the whole log; "udm audit verify" shows the same at the command line. You will be told again only of something else.`,
    }),
    address_changed: ({ title, by, at }) => ({
      subject: `The e-mail address of "${title}" was changed`,
      body: `${by} changed the e-mail address of the user "${title}" on ${at}. UDM does not write to this address any more.\n\nIf you do not know why, tell an administrator at once, and end your sessions under Preferences: somebody else may be using one.`,
    }),
    second_factor_reset: ({ title, by }) => ({
      subject: 'Your second factor was taken away',
      body: `${by} took the second factor of your account "${title}" away, and you were signed out everywhere. Until you set up a new one under Preferences, your password alone signs in.\n\nIf you did not ask for it, change your password now and tell an administrator.`,
    }),
  },
  foot: (tenant) => `UDM, tenant ${tenant}. Which of these mails you get you choose in UDM, under Preferences.`,
  cause: causeText,
};

const WORDS: Readonly<Record<Language, NoticeWords>> = { en: ENGLISH, de: GERMAN_NOTICES };
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

/** Subject and text of a mail, in the language and the time zone of its reader. */
export function noticeText(kind: NoticeKind, facts: NoticeFacts, language: Language, timeZone: string): NoticeText {
  const words = WORDS[language];
  const at = facts.at === undefined ? '' : instantText(new Date(facts.at), LOCALES[language], timeZone);
  const { subject, body } = words.texts[kind]({ code: 'internal', days: 0, by: '', change: 'added', ...facts, title: oneLine(facts.title), at });
  return { subject: `UDM: ${subject}`, body: `${body}\n\n-- \n${words.foot(oneLine(facts.tenant))}\n` };
}

function instantText(at: Date, locale: string, timeZone: string): string {
  return `${new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at)} (${timeZone})`;
}

/** What somebody typed stays in its line and its bounds. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 200);
}
