// `npm start`: set-up, then the platform with sample data.
import { spawn } from 'node:child_process'
import { join } from 'node:path'

import { node, root, setup } from './setup.mjs'

setup()
const child = spawn(node(), [join(root, 'apps', 'cli', 'src', 'main.ts'), 'serve', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { child.kill('SIGTERM') })
child.on('exit', (code, signal) => { process.exitCode = signal === null ? (code ?? 1) : 0 })
