// `npm run test:long -- NAME`: what takes longer than a commit may wait. The result goes to reports/long/NAME.json.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { node, root, setup } from './setup.mjs'

const folder = join(root, 'test', 'long')
const [name] = process.argv.slice(2)
const known = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.ts')).map((f) => f.slice(0, -3)) : []
if (name === undefined || !known.includes(name)) {
  process.stderr.write(`test-unknown: name one of ${known.join(', ')}\n`)
  process.exit(2)
}
setup()
const seed = process.env.SEED ?? String(Date.now())
process.stdout.write(`seed ${seed}\n`)
const from = Date.now()
const done = spawnSync(node(), [join(folder, `${name}.ts`), ...process.argv.slice(3)], { cwd: root, stdio: 'inherit', env: { ...process.env, SEED: seed } })
const commit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim()
mkdirSync(join(root, 'reports', 'long'), { recursive: true })
writeFileSync(join(root, 'reports', 'long', `${name}.json`), `${JSON.stringify({ name, commit, date: new Date().toISOString(), seed, seconds: Math.round((Date.now() - from) / 1000), passed: done.status === 0 }, null, 2)}\n`)
process.exitCode = done.status ?? 1
