import type { NoticeFacts, NoticeKind } from './notice.ts';

/** What a language has to say in mails. */
export interface NoticeText {
  readonly subject: string;
  readonly body: string;
}

/** One text for each kind; `at` is written out already. */
export interface NoticeWords {
  readonly texts: Readonly<Record<NoticeKind, (facts: Required<NoticeFacts>) => NoticeText>>;
  /** Under every mail. */
  readonly foot: (tenant: string) => string;
  readonly cause: (code: string) => string;
}
