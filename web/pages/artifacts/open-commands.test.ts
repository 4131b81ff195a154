import { expect, it } from 'vitest';
import { openCommands } from './open-commands.ts';

it('opens a single file with each tool', () => {
  const { udm, openssl, check } = openCommands('UCSX-Mail-1.zip.p7m', 'ab');
  expect(udm).toBe('./udm decrypt UCSX-Mail-1.zip.p7m --key KEY.pem --out UCSX-Mail-1');
  expect(openssl).toContain('-in UCSX-Mail-1.zip.p7m -inkey KEY.pem -out UCSX-Mail-1.zip\nunzip UCSX-Mail-1.zip -d UCSX-Mail-1');
  expect(check).toBe("echo 'ab  UCSX-Mail-1.zip.p7m' | sha256sum -c");
});

it('opens all parts of a run at once with UDM, and each alone with other tools', () => {
  const { udm, openssl } = openCommands("It's-1-p0002.zip.p7m", 'ab');
  expect(udm).toBe("./udm decrypt 'It'\\''s-1'-p*.zip.p7m --key KEY.pem --out 'It'\\''s-1'");
  expect(openssl).toContain("-out 'It'\\''s-1-p0002.zip'");
});
