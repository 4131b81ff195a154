import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SettingsChange, SettingsView } from '../../../src/contract/settings.ts';
import { call } from '../../api/client.ts';
import { peopleWords } from '../../own-people-words.ts';

export const SETTINGS_KEY = ['settings'];

export function useChangeSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SettingsChange) => call<SettingsView>('PUT', '/api/settings', { body }),
    onSuccess: (settings) => {
      client.setQueryData(SETTINGS_KEY, settings);
      // The zone and the days stand on other pages too.
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== SETTINGS_KEY[0] });
      notifications.show({ message: peopleWords.settings.saved, color: 'green' });
    },
  });
}
