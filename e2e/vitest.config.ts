import { join } from 'node:path'

import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  test: { include: ['e2e/**/*.test.ts'], pool: 'forks', testTimeout: 90_000, hookTimeout: 120_000, fileParallelism: false },
})
