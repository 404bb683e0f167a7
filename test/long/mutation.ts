// Faults planted in the library one by one: a test must notice each. `npm run test:long -- mutation [AREA…] [--minutes N]`.
// File by file until the clock ends it; what was not reached is named. Survivors go to reports/long/mutation-AREA.json.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { Stryker } from '@stryker-mutator/core'

const AREAS = ['mrz', 'lds', 'pki', 'access'] as const
const MARK = 0.85
const root = resolve(import.meta.dirname, '../..')
const { values, positionals } = parseArgs({ allowPositionals: true, options: { minutes: { type: 'string', default: '300' } } })
const until = Date.now() + Number(values.minutes) * 60_000

type Results = Awaited<ReturnType<Stryker['runMutationTest']>>

/** Killed and timed out, of all that a test could have noticed. */
const isNoticed = (m: Results[number]): boolean => m.status === 'Killed' || m.status === 'Timeout'
const counts = (m: Results[number]): boolean => isNoticed(m) || m.status === 'Survived' || m.status === 'NoCoverage'

const sourcesOf = (area: string): readonly string[] => readdirSync(join(root, 'packages/icao9303/src', area), { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.ts') && !f.includes('.test.')).map((f) => `packages/icao9303/src/${area}/${f}`).sort()

async function mutate(file: string): Promise<Results> {
  return new Stryker({
    mutate: [file], testRunner: 'vitest', plugins: ['@stryker-mutator/vitest-runner'], coverageAnalysis: 'perTest', reporters: [],
    logLevel: 'error' as never, // its enum is in a package of its own
    vitest: { configFile: 'test/long/mutation.vitest.config.ts', related: true }, checkers: [], concurrency: 2, timeoutMS: 3_000, tempDirName: '.stryker-tmp',
    ignorePatterns: ['apps', 'e2e', 'reports', 'packages/[!i]*'], disableTypeChecks: false,
  }).runMutationTest()
}

let bad = 0
for (const area of positionals.length > 0 ? positionals : AREAS) {
  const done: Results = []
  const unreached: string[] = []
  process.env['AREA'] = area
  for (const file of sourcesOf(area)) {
    if (Date.now() > until) { unreached.push(file); continue }
    const results = await mutate(file)
    done.push(...results)
    const seen = results.filter(counts)
    process.stdout.write(`${file}: ${seen.filter(isNoticed).length} of ${seen.length}\n`)
  }
  const seen = done.filter(counts)
  const score = seen.filter(isNoticed).length / Math.max(seen.length, 1)
  mkdirSync(join(root, 'reports/long'), { recursive: true })
  writeFileSync(join(root, 'reports/long', `mutation-${area}.json`), `${JSON.stringify({
    area, score: Math.round(score * 1_000) / 1_000, mutants: seen.length, unreached,
    survivors: seen.filter((m) => !isNoticed(m)).map((m) => ({ at: `${m.fileName}:${m.location.start.line}:${m.location.start.column}`, what: m.mutatorName, instead: m.replacement, status: m.status })),
  }, null, 2)}\n`)
  process.stdout.write(`${area}: ${(100 * score).toFixed(1)} % of ${seen.length} faults noticed${unreached.length > 0 ? `, ${unreached.length} files not reached` : ''}\n`)
  if (score < MARK) bad += 1
}
process.exit(bad > 0 ? 1 : 0)
