import { join } from 'node:path'

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = import.meta.dirname

export default defineConfig({
  root: here,
  plugins: [react()],
  build: {
    outDir: join(here, 'dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content security policy knows no inline data but pictures
    modulePreload: { polyfill: false },
    rollupOptions: { input: { portal: join(here, 'portal.html'), office: join(here, 'office.html'), accounts: join(here, 'accounts.html') } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8700' } },
})
