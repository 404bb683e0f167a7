// The stages of a test run. Each answers how many tests passed and failed; a check of the whole counts as one.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { node, root } from './setup.mjs'

const bin = (...path) => join(root, 'node_modules', ...path)
const env = () => ({ ...process.env, PATH: `${bin('.bin')}:${process.env.PATH}`, FORCE_COLOR: '0', NO_COLOR: '1' })

function whole(name, args) {
  const done = spawnSync(node(), args, { cwd: root, env: env(), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (done.status !== 0) process.stdout.write(`${done.stdout}${done.stderr}\n✗ ${name}\n`)
  return done.status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

export const types = () => {
  const server = whole('types', [bin('typescript-7', 'bin', 'tsc'), '--noEmit', '-p', 'tsconfig.json'])
  if (!existsSync(join(root, 'apps', 'web', 'tsconfig.json'))) return server
  const web = whole('types of the web', [bin('typescript-7', 'bin', 'tsc'), '--noEmit', '-p', 'apps/web/tsconfig.json'])
  return { passed: server.passed + web.passed, failed: server.failed + web.failed }
}
export const lint = () => whole('lint', [bin('oxlint', 'bin', 'oxlint'), '--deny-warnings', '--quiet', 'packages', 'apps', 'test', 'e2e'].filter((a) => !['e2e'].includes(a) || existsSync(join(root, a))))
export const walls = () => whole('walls', [bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), 'packages', 'apps', '--config', '.dependency-cruiser.cjs'])
export const dead = () => whole('dead code', [bin('knip', 'bin', 'knip.js'), '--no-progress'])

function counted(name, args, file, read) {
  mkdirSync(join(root, 'reports'), { recursive: true })
  const done = spawnSync(node(), args, { cwd: root, env: env(), stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    const counts = read(JSON.parse(readFileSync(join(root, file), 'utf8')))
    return done.status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
  } catch {
    process.stdout.write(`✗ ${name} ended without a report\n`)
    return { passed: 0, failed: 1 }
  }
}

export const units = (more = []) => counted('tests', [bin('vitest', 'vitest.mjs'), 'run', '--reporter=dot', '--reporter=json', '--outputFile.json=reports/vitest.json', ...more], 'reports/vitest.json',
  (r) => ({ passed: r.numPassedTests, failed: r.numFailedTests + (r.numFailedTestSuites > 0 && r.numFailedTests === 0 ? r.numFailedTestSuites : 0), skipped: r.numPendingTests }))

export const browser = () => {
  if (!existsSync(join(root, 'e2e', 'vitest.config.ts'))) return { passed: 0, failed: 0 }
  return counted('browser journeys', [bin('vitest', 'vitest.mjs'), 'run', '--config', 'e2e/vitest.config.ts', '--reporter=dot', '--reporter=json', '--outputFile.json=reports/e2e.json'], 'reports/e2e.json',
    (r) => ({ passed: r.numPassedTests, failed: r.numFailedTests + (r.numFailedTestSuites > 0 && r.numFailedTests === 0 ? r.numFailedTestSuites : 0), skipped: r.numPendingTests }))
}
