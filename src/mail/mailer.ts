/** One mail in plain text. */
export interface Mail {
  /** Stable over all tries: whoever gets it twice sees that it is one. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands mails to a mail server. */
export interface Mailer {
  /** Resolves when the server took it. Errors: `mail.unreachable`, `mail.sign_in`, `mail.refused`. */
  send(mail: Mail): Promise<void>;
  close(): void;
}
