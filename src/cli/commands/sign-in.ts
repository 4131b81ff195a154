import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { App } from '../../app.ts';
import { SCOPES } from '../../domain/permission.ts';
import { CodedError } from '../../errors.ts';
import { actorOfToken, createApiToken, revokeToken } from '../../operations/api-tokens.ts';
import { changeOwnPassword } from '../../operations/own-password.ts';
import { signOut, type StartedSession } from '../../operations/sessions.ts';
import { signIn } from '../../operations/sign-in.ts';
import { canAsk } from '../ask.ts';
import { openQuestions, type Questions } from '../ask-text.ts';
import { forgetSignIn, keepSignIn, readKeptSignIn } from '../kept-sign-in.ts';
import { note, plainText, say } from '../terminal.ts';
import { withOpenApp } from '../with-app.ts';

const DAYS = 30;
const ORIGIN = { address: 'command line', agent: 'udm', device: null, replaces: null };

interface Options {
  readonly passwordFile?: string;
  readonly codeFile?: string;
}

export function registerLogin(program: Command): void {
  program
    .command('login')
    .description(`Sign in: later commands act as this user, for ${DAYS} days or until "udm logout"`)
    .argument('[user]', 'user, or tenant\\user; asked for when left out')
    .option('--password-file <file>', 'file that holds the password, where nobody can be asked')
    .option('--code-file <file>', 'file that holds a code of the second factor')
    .action((user: string | undefined, options: Options) => withOpenApp((app) => login(app, user, options)));
}

async function login(app: App, user: string | undefined, options: Options): Promise<void> {
  const questions = openQuestions();
  try {
    const signedIn = await signInAsking(app, questions, user, options);
    const { actor, user: who } = signedIn.session;
    if (signedIn.session.secondFactor === 'missing') {
      await signOut(app.services, signedIn.session);
      throw new CodedError('token.second_factor');
    }
    const { secret } = await createApiToken(app.services, actor, { name: `udm login on ${hostname()}`.slice(0, 100), scopes: [...SCOPES], days: DAYS });
    await signOut(app.services, signedIn.session);
    await dropKept(app);
    const file = await keepSignIn(process.env, { dataFolder: app.dataFolder, secret });
    say(`Signed in as ${plainText(`${who.tenantName}\\${who.name}`)}, with a token in ${file}.`);
  } finally {
    questions.close();
  }
}

/** A session of somebody with a password of their own. */
async function signInAsking(app: App, questions: Questions, user: string | undefined, options: Options): Promise<StartedSession> {
  const name = user ?? (await questions.ask('User (tenant\\user): '));
  const password = await secretOf(questions, options.passwordFile, 'Password: ', '--password-file');
  const signedIn = await withCode(app, questions, { user: name, password }, options);
  if (!signedIn.session.user.mustChangePassword) return signedIn;
  note('This password was made by somebody else. Choose one of your own, of at least 12 characters.');
  const own = await questions.ask('New password: ', 'secret');
  if ((await questions.ask('Again: ', 'secret')) !== own) throw new CodedError('password.not_repeated');
  return changeOwnPassword(app.services, signedIn.session, { present: password, password: own }, ORIGIN);
}

/** Asks for the code of the second factor where the account has one. */
async function withCode(app: App, questions: Questions, credentials: { user: string; password: string }, options: Options): Promise<StartedSession> {
  try {
    return await signIn(app.services, credentials, ORIGIN);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'sign_in.code_required') throw error;
    const code = await secretOf(questions, options.codeFile, 'Code of the authenticator app: ', '--code-file');
    return signIn(app.services, { ...credentials, code }, ORIGIN);
  }
}

/** From a file that nobody else may read, else from the keyboard. Errors: `config.file_readable`, `usage`. */
async function secretOf(questions: Questions, file: string | undefined, question: string, flag: string): Promise<string> {
  if (file === undefined) {
    if (!canAsk(false)) throw new CodedError('usage', { field: flag, value: 'not given', range: 'needed where nobody can be asked' });
    return questions.ask(question, 'secret');
  }
  const facts = await stat(file).catch(() => null);
  if (!facts) throw new CodedError('usage', { field: flag, value: file });
  if ((facts.mode & 0o077) !== 0) throw new CodedError('config.file_readable', { value: file });
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
}

export function registerLogout(program: Command): void {
  program
    .command('logout')
    .description('Forget who signed in: the token is revoked, and commands act as operator again')
    .action(() =>
      withOpenApp(async (app, config) => {
        if (config.token) throw new CodedError('usage', { field: 'UDM_TOKEN', value: 'set', range: 'unset it: "udm logout" ends what "udm login" began' });
        const wasSignedIn = (await readKeptSignIn(process.env, app.dataFolder)) !== null;
        await dropKept(app);
        say(wasSignedIn ? 'Signed out.' : 'Nobody was signed in.');
      }),
    );
}

/** What an earlier sign-in left opens nothing any more. */
async function dropKept(app: App): Promise<void> {
  const secret = await readKeptSignIn(process.env, app.dataFolder);
  const actor = secret === null ? null : await actorOfToken(app.services, secret, 'end');
  if (actor?.token) await revokeToken(app.services, actor, actor.token.id);
  await forgetSignIn(process.env);
}
