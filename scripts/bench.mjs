// `npm run bench:NAME [-- --json]`: the measured promises, each against a peer or the limit in the same run.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { node, root, setup } from './setup.mjs'

const [name, ...more] = process.argv.slice(2)
const file = join(root, 'bench', `${name}.ts`)
if (name === undefined || !existsSync(file)) {
  process.stderr.write(`bench-unknown: there is no bench/${name}.ts\n`)
  process.exit(2)
}
setup()
process.exitCode = spawnSync(node(), [file, ...more], { cwd: root, stdio: 'inherit' }).status ?? 1
