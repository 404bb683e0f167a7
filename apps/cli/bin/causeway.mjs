#!/usr/bin/env node
// Runs the command under the pinned Node: the machine's own may be older and cannot read TypeScript.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
const main = join(root, 'apps/cli/src/main.ts')
const major = Number(process.versions.node.split('.')[0])

if (major >= 24 && major < 25) await import(main)
else if (!existsSync(pinned) && major < 24) {
  process.stderr.write('setup-missing: Node 24 is not installed here; run npm run setup in the checkout\n')
  process.exitCode = 2
} else {
  const child = spawn(existsSync(pinned) ? pinned : process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { child.kill(signal) })
  child.on('exit', (code, signal) => { process.exitCode = signal === null ? (code ?? 1) : 1 })
}
