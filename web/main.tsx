import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { showApp } from './app.tsx';

const host = document.getElementById('root');
if (host !== null) showApp(host);
