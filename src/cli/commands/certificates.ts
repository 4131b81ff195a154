import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CodedError } from '../../errors.ts';
import { addCertificate, changeCertificate, listCertificatesFor } from '../../operations/certificates.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean; readonly label?: string };

export function registerCertificates(program: Command): void {
  const certificate = program.command('certificate').description('Certificates of recipients');
  addPlaceOptions(
    certificate
      .command('add')
      .description('Store a certificate (never a private key)')
      .argument('<file>', 'PEM or DER file')
      .option('--label <text>', 'name to show'),
  ).action((file: string, options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const stored = await addCertificate(app.services, actor, { label: options.label, content: await readUpload(file) });
      options.json ? sayJson(stored) : say(`Stored ${stored.id} (${plainText(stored.label)}), valid until ${stored.notAfter}, SHA-256 ${stored.fingerprint}.`);
    }),
  );
  addPlaceOptions(
    certificate
      .command('rename')
      .description('Change how a certificate is called')
      .argument('<id>', 'id of the certificate', idArgument)
      .argument('<label>', 'name to show'),
  ).action((id: string, label: string, options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const renamed = await changeCertificate(app.services, actor, id, { label });
      options.json ? sayJson(renamed) : say(`Renamed ${renamed.id}: it is called ${plainText(renamed.label)} now.`);
    }),
  );
  addPlaceOptions(certificate.command('list').description('List certificates')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const items = await listCertificatesFor(app.services, actor);
      if (options.json) return sayJson({ items });
      if (items.length === 0) return say('No certificates yet. Add one with "udm certificate add FILE".');
      sayTable(
        ['ID', 'LABEL', 'VALID UNTIL', 'DAYS LEFT', 'BITS', 'JOBS', 'SHA-256'],
        items.map((one) => [one.id, plainText(one.label), one.notAfter, String(one.daysLeft), String(one.keyBits), String(one.jobCount), one.fingerprint]),
      );
    }),
  );
}

async function readUpload(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new CodedError('certificate.unreadable', { field: 'file', value: file, cause });
  });
}
