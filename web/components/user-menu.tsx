import { Button, Menu, type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { SessionView } from '../../src/contract/session.ts';
import { browserZone } from '../format/time.ts';
import { type Choices, choose, useChoices } from '../kept-choices.ts';
import { chooseLanguage, currentLanguage, LANGUAGES, type Language } from '../language.ts';
import { showShortcuts } from '../shortcuts.ts';
import { strings } from '../strings.ts';
import { ChevronIcon, UserIcon } from './icons.tsx';

const { user: words } = strings;
const SCHEMES: readonly MantineColorScheme[] = ['light', 'dark', 'auto'];

/** Who is signed in, how the app looks to them, and the way out. */
export function UserMenu({ session }: { session: SessionView }) {
  const navigate = useNavigate();
  const roles = session.roles.map((role) => words.roles[role] ?? role);
  return (
    <div className="udm-user">
      <Menu position="bottom-end" width={260} closeOnItemClick>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            c="var(--mantine-color-text)"
            leftSection={<UserIcon />}
            rightSection={<ChevronIcon />}
            aria-label={words.menu(session.user)}
          >
            <span className="udm-user-name">{session.user}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label c="dimmed">
            {session.user}
            <br />
            {words.tenant(session.tenant)}
            <br />
            {roles.length === 0 ? words.noRoles : roles.join(', ')}
          </Menu.Label>
          <Menu.Item onClick={() => void navigate({ to: '/preferences' })}>{words.preferences}</Menu.Item>
          {session.actions.includes('users.see') && <Menu.Item onClick={() => void navigate({ to: '/users' })}>{words.users}</Menu.Item>}
          {session.actions.includes('sources.see') && <Menu.Item onClick={() => void navigate({ to: '/sources' })}>{words.sources}</Menu.Item>}
          {session.actions.includes('settings.see') && <Menu.Item onClick={() => void navigate({ to: '/settings' })}>{words.settings}</Menu.Item>}
          <Menu.Item onClick={showShortcuts} rightSection={<kbd className="udm-key">?</kbd>}>
            {strings.shortcuts.title}
          </Menu.Item>
          <Look tenantZone={session.timeZone} />
          <Menu.Divider />
          <Menu.Item onClick={() => void navigate({ to: '/sign-out' })}>{words.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function Look({ tenantZone }: { tenantZone: string }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { zone } = useChoices();
  const mine = browserZone();
  const zones: readonly [Choices['zone'], string][] = [
    ['tenant', words.zoneTenant(tenantZone)],
    ['mine', words.zoneMine(mine)],
  ];
  return (
    <>
      <Choice label={words.theme} value={colorScheme} options={SCHEMES.map((scheme) => [scheme, words.themes[scheme]])} onChange={setColorScheme} />
      <Choice
        label={words.language}
        value={currentLanguage()}
        options={(Object.keys(LANGUAGES) as Language[]).map((language) => [language, LANGUAGES[language]])}
        onChange={changeLanguage}
      />
      {mine !== tenantZone && <Choice label={words.zone} value={zone} options={zones} onChange={(name) => choose({ zone: name })} />}
    </>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly onChange: (value: Value) => void;
}

/** Several, of which one is chosen. */
function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <>
      <Menu.Divider />
      <Menu.Label c="dimmed">{label}</Menu.Label>
      <Menu.RadioGroup value={value} onChange={(chosen) => onChange(chosen as Value)}>
        {options.map(([name, text]) => (
          <Menu.RadioItem key={name} value={name} closeMenuOnClick>
            {text}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </>
  );
}

/** The words are read once: the page is loaded again, and asks first where something is not saved. */
export function changeLanguage(language: Language | null): void {
  chooseLanguage(language);
  window.location.reload();
}
