import { Button, Drawer, Stack, Text } from '@mantine/core';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useMay } from '../../api/queries.ts';
import { Command } from '../../components/command.tsx';
import { ManifestLinks } from '../../components/manifest-links.tsx';
import { strings } from '../../strings.ts';
import { openCommands } from './open-commands.ts';

const { guide: words } = strings.artifacts;

/** How the holder of the key opens a file: with UDM, or with nothing but OpenSSL and unzip. */
export function HowToOpen({
  artifact,
  onClose,
  onOpenHere,
}: {
  artifact: ArtifactView | null;
  onClose: () => void;
  onOpenHere: (artifact: ArtifactView) => void;
}) {
  return (
    <Drawer opened={artifact !== null} onClose={onClose} position="right" size="lg" title={words.title} closeButtonProps={{ 'aria-label': strings.app.close }}>
      {artifact !== null && <Guide artifact={artifact} onOpenHere={() => onOpenHere(artifact)} />}
    </Drawer>
  );
}

function Guide({ artifact, onOpenHere }: { artifact: ArtifactView; onOpenHere: () => void }) {
  const mayDownload = useMay('artifacts.download');
  const commands = openCommands(artifact.fileName, artifact.sha256);
  return (
    <Stack>
      <Text size="sm" className="udm-code">
        {artifact.fileName}
      </Text>
      {artifact.whole.parts > 1 && <Text size="sm">{words.part(artifact.part, artifact.whole.parts)}</Text>}
      <Text size="sm">{words.lead}</Text>
      {mayDownload && <Button onClick={onOpenHere}>{strings.artifacts.openHere}</Button>}
      <Command title={words.check} what={words.checkCommand} text={commands.check} />
      <div>
        <Command title={words.proof} what={words.proofCommand} text="./udm verify . --public-key udm-signing-key.pem" />
        <ManifestLinks runId={artifact.runId} />
      </div>
      <Command title={words.udm} what={words.udmCommand} text={commands.udm} />
      <Command title={words.openssl} what={words.opensslCommand} text={commands.openssl} />
      <Command title={words.smime} what={words.smimeCommand} text={commands.smime} />
      <Text size="sm" c="dimmed">
        {words.bundled}
      </Text>
    </Stack>
  );
}
