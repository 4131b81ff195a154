import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The web app: built into dist/web, which the server serves; in development it asks a running UDM on its usual port. */
export default defineConfig({
  root: 'web',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    manifest: true,
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    // What most pages need of these packages compresses better in one piece than in many. Modules of the app stay apart: the language is loaded before them.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'tanstack', test: /node_modules.@tanstack/ },
            { name: 'mantine', test: /node_modules.@(mantine|floating-ui)/, minShareCount: 5 },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8600' } },
});
