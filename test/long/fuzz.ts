// Two million broken objects for every reader of the travel-document library, or ten minutes each: `npm run test:long -- fuzz`.
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const mutants = process.env['MUTANTS'] ?? '2000000'
process.stdout.write(`${mutants} mutants a reader\n`)
const done = spawnSync(process.execPath, [
  join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'packages/icao9303', '--testNamePattern', 'mutant|broken|any fault',
], { cwd: root, stdio: 'inherit', env: { ...process.env, MUTANTS: mutants } })
process.exit(done.status ?? 1)
