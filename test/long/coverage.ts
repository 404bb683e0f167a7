// How many of the branches of the library's decoders the tests take: `npm run test:long -- coverage`. At least 95 in a hundred, a folder.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

const DECODERS = ['asn1', 'mrz', 'lds', 'face', 'cms', 'pki', 'cvc', 'access', 'seal'] as const
const MARK = 95
const root = resolve(import.meta.dirname, '../..')
const reports = join(root, 'reports', 'long', 'coverage')
mkdirSync(reports, { recursive: true })
const done = spawnSync(process.execPath, [
  join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'packages/icao9303', '--reporter=dot', '--coverage.enabled', '--coverage.provider=v8', '--coverage.include=packages/icao9303/src/**/*.ts',
  '--coverage.exclude=**/*.test.ts', '--coverage.reporter=json-summary', `--coverage.reportsDirectory=${reports}`,
], { cwd: root, stdio: 'inherit' })

interface Counts { readonly total: number; readonly covered: number }
const files = JSON.parse(readFileSync(join(reports, 'coverage-summary.json'), 'utf8')) as Record<string, { readonly branches: Counts }>
const folderOf = (file: string): string => relative(join(root, 'packages/icao9303/src'), file).split('/')[0] ?? ''
const shares = DECODERS.map((folder) => {
  const inside = Object.entries(files).filter(([f]) => f !== 'total' && folderOf(f) === folder).map(([, c]) => c.branches)
  const sum = (of: (c: Counts) => number): number => inside.reduce((n, c) => n + of(c), 0)
  return { folder, branches: sum((c) => c.total), share: Math.round((1_000 * sum((c) => c.covered)) / sum((c) => c.total)) / 10 }
})
for (const s of shares) process.stdout.write(`${s.share >= MARK ? '✓' : '✗'} ${s.folder}: ${s.share} % of ${s.branches} branches\n`)
writeFileSync(join(root, 'reports/long/coverage-decoders.json'), `${JSON.stringify(shares, null, 2)}\n`)
process.exit(done.status === 0 && shares.every((s) => s.share >= MARK) ? 0 : 1)
