import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { loadLanguage } from './language.ts';

/** First the words, then the app: whatever it names when it is loaded is in the person's language. */
const host = document.getElementById('root');
await loadLanguage();
const { showApp } = await import('./app.tsx');
if (host !== null) showApp(host);
