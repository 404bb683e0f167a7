// All set-up of a checkout, and nothing else: packages, then the web's pages. Plain JavaScript without packages,
// because it runs before anything is installed, on whatever Node from 20 up the machine has. Does nothing twice.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
/** Where PC/SC's headers are, the package that speaks to card readers is built; elsewhere it is left out. */
export const PCSC_HEADER = '/usr/include/PCSC/winscard.h'
const stamps = join(root, 'node_modules', '.causeway')

/** The Node that everything runs under: the pinned one where npm brought it, else the machine's own if it is 24. */
export function node() {
  const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(pinned)) return pinned
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  fail(`Node 24 is needed here (this is ${process.versions.node}), and npm has no pinned one for ${process.platform}-${process.arch}: install Node 24`)
}

export function fail(says) {
  process.stderr.write(`setup: ${says}\n`)
  process.exit(2)
}

export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  return done.status === 0
}

const hash = (text) => createHash('sha256').update(text).digest('hex')

function newest(folder) {
  let at = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /[/\\](dist|node_modules)([/\\]|$)/.test(entry.parentPath)) continue
    at = Math.max(at, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return at
}

function stamped(name, value, work) {
  const file = join(stamps, name)
  if (existsSync(file) && readFileSync(file, 'utf8') === value) return
  work()
  mkdirSync(stamps, { recursive: true })
  writeFileSync(file, value)
}

/** One set-up at a time: a second one waits for the first. */
function alone(work) {
  const lock = join(root, '.setup-lock')
  for (let waited = 0; ; waited += 1) {
    try {
      mkdirSync(lock)
      break
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0)
      if (age > 10 * 60_000) { rmSync(lock, { recursive: true, force: true }); continue }
      if (waited === 0) process.stderr.write('setup: another set-up is running here; waiting for it\n')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    }
  }
  try {
    work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

export function setup() {
  if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed; this is ${process.versions.node}`)
  const lock = hash(readFileSync(join(root, 'package-lock.json')))
  const packages = () => {
    process.stderr.write('setup: installing packages\n')
    // through the shell's npm: `npm start` and `npm test` set npm_execpath
    const npm = process.env.npm_execpath
    const [command, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
    if (!run(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'])) fail('npm ci failed; see above')
  }
  alone(() => {
    if (!existsSync(join(root, 'node_modules'))) rmSync(stamps, { recursive: true, force: true })
    stamped('packages', `${lock}${existsSync(PCSC_HEADER) ? ' with PC/SC' : ''}`, packages)
    const web = join(root, 'apps', 'web')
    if (!existsSync(join(web, 'vite.config.ts'))) return
    const contract = newest(join(root, 'packages', 'contract', 'src'))
    const built = existsSync(join(web, 'dist', 'office.html')) ? '' : 'again '
    stamped('web', `${built}${Math.max(newest(web), contract)}`, () => {
      process.stderr.write('setup: building the pages\n')
      if (!run(node(), [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error'], { cwd: web })) fail('the pages could not be built; see above')
    })
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup()
