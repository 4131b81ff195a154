import { type CSSVariablesResolver, createTheme } from '@mantine/core';
import { strings } from './strings.ts';

/** Colours that keep at least 4.5:1 in light and dark; the header of a dialog must not be a second banner landmark. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // A menu and a tooltip belong inside the page's landmarks, and the focus stops of a menu are its items.
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': strings.app.close }, styles: { description: { color: 'var(--mantine-color-text)' } } },
    },
    Tooltip: { defaultProps: { portalProps: { target: '#main' } } },
    Menu: { defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } },
    ModalHeader: { defaultProps: { component: 'div' } },
    DrawerHeader: { defaultProps: { component: 'div' } },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#555c64',
    '--mantine-color-error': '#c02a2a',
    '--mantine-color-anchor': '#3b5bdb',
    '--mantine-color-placeholder': '#666d75',
    '--udm-surface': '#f7f8fa',
    '--udm-line': '#e3e6ea',
    '--udm-warning': '#8a5300',
  },
  dark: {
    '--mantine-color-dimmed': '#b4b8bd',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#91a7ff',
    '--mantine-color-placeholder': '#a0a5ab',
    '--udm-surface': '#1f2023',
    '--udm-line': '#3a3c40',
    '--udm-warning': '#ffc078',
  },
});
