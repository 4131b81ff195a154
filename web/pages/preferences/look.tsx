import { NativeSelect, Stack, Text, Title, useMantineColorScheme } from '@mantine/core';
import { SingleKeys } from '../../components/shortcut-help.tsx';
import { changeLanguage } from '../../components/user-menu.tsx';
import { useSession } from '../../api/queries.ts';
import { browserZone } from '../../format/time.ts';
import { choose, useChoices } from '../../kept-choices.ts';
import { chosenLanguage, LANGUAGES, type Language } from '../../language.ts';
import { strings } from '../../strings.ts';

const { preferences: words, user } = strings;
const AS_BROWSER = 'browser';

/** How the app looks and speaks to this person, in this browser. */
export function Look() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { zone } = useChoices();
  const { timeZone } = useSession();
  return (
    <Stack className="udm-card" p="lg" component="section" aria-label={words.look}>
      <div>
        <Title order={2} size="h4">
          {words.look}
        </Title>
        <Text size="sm" c="dimmed">
          {words.lookLead}
        </Text>
      </div>
      <Stack maw={420}>
        <NativeSelect
          label={user.theme}
          data={[
            { value: 'auto', label: user.themes.auto },
            { value: 'light', label: user.themes.light },
            { value: 'dark', label: user.themes.dark },
          ]}
          value={colorScheme}
          onChange={(event) => setColorScheme(event.currentTarget.value as typeof colorScheme)}
        />
        <NativeSelect
          label={user.language}
          description={words.languageReload}
          data={[{ value: AS_BROWSER, label: words.asBrowser }, ...Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))]}
          value={chosenLanguage() ?? AS_BROWSER}
          onChange={({ currentTarget: { value } }) => changeLanguage(value === AS_BROWSER ? null : (value as Language))}
        />
        <NativeSelect
          label={user.zone}
          data={[
            { value: 'tenant', label: user.zoneTenant(timeZone) },
            { value: 'mine', label: user.zoneMine(browserZone()) },
          ]}
          value={zone}
          onChange={(event) => choose({ zone: event.currentTarget.value === 'mine' ? 'mine' : 'tenant' })}
        />
      </Stack>
      <SingleKeys />
    </Stack>
  );
}
