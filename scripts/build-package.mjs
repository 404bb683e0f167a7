// Builds a package that is made for others: `dist/` is the package as npm gets it, JavaScript and types, with its own
// package.json. Inside the house the sources stay what is imported. `NAME --pack <folder>` makes the tarball too.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { fail, node, root } from './setup.mjs'

/** Where the built entry of a package lies in `dist`, which of ours come along inside it, and whose promise of a Node it can keep. */
const PACKAGES = {
  icao9303: { src: '', inside: {}, asks: '@noble/curves' },
  accounts: { src: 'accounts/src/', inside: { '@causeway/kernel': 'kernel/src/index' }, asks: 'fflate' },
}
const homeOf = (name) => join(root, 'packages', name)

/** A table becomes a module of its own, because browsers and Node 20 do not import JSON alike. */
function embedTables(file, text) {
  return text.replace(/from '(\.{1,2}\/[^']+\.json)' with \{ type: 'json' \}/g, (_, path) => {
    const table = JSON.parse(readFileSync(resolve(file, '..', path), 'utf8'))
    writeFileSync(resolve(file, '..', `${path}.js`), `export default JSON.parse(${JSON.stringify(JSON.stringify(table))})\n`)
    return `from '${path}.js'`
  })
}

/** What stands inside the package is imported as a neighbour. */
function neighbours(dist, file, text, inside) {
  return Object.entries(inside).reduce((t, [name, path]) => {
    const way = relative(dirname(file), join(dist, path))
    return t.replaceAll(`'${name}'`, `'${way.startsWith('.') ? way : `./${way}`}.js'`)
  }, text)
}

function finish(dist, inside) {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((f) => join(dist, f))
  for (const file of files.filter((f) => /\.(js|d\.ts)$/.test(f))) {
    const text = readFileSync(file, 'utf8')
    // declarations keep the names of the sources; here their neighbours are JavaScript
    const done = neighbours(dist, file, file.endsWith('.d.ts') ? text.replace(/(from |import\()'(\.{1,2}\/[^']+)\.ts'/g, "$1'$2.js'") : embedTables(file, text), inside)
    if (done !== text) writeFileSync(file, done)
  }
  for (const file of files.filter((f) => f.endsWith('.json'))) rmSync(file)
}

/** The package.json of the tarball: the same name, version and dependencies, what is built as its entries. */
function manifest(name) {
  const { src, asks } = PACKAGES[name]
  const { private: _, scripts: __, exports: sources, ...rest } = JSON.parse(readFileSync(join(homeOf(name), 'package.json'), 'utf8'))
  const entry = (source) => {
    const built = source.replace(/^\.\/src\//, `./${src}`).replace(/\.ts$/, '')
    return { types: `${built}.d.ts`, default: `${built}.js` }
  }
  const { engines } = JSON.parse(readFileSync(join(root, 'node_modules', asks, 'package.json'), 'utf8'))
  return { ...rest, engines: engines ?? { node: '>=20' }, exports: Object.fromEntries(Object.entries(sources).map(([path, source]) => [path, entry(source)])) }
}

/** Builds a package. @returns its folder */
export function build(name = 'icao9303') {
  const [home, dist] = [homeOf(name), join(homeOf(name), 'dist')]
  rmSync(dist, { recursive: true, force: true })
  const done = spawnSync(node(), [join(root, 'node_modules', 'typescript-7', 'bin', 'tsc'), '-p', join(home, 'tsconfig.build.json')], { cwd: root, encoding: 'utf8' })
  if (done.status !== 0) fail(`the package could not be built\n${done.stdout}${done.stderr}`)
  finish(dist, PACKAGES[name].inside)
  for (const page of ['README.md', 'SPEC.md']) copyFileSync(join(home, page), join(dist, page))
  copyFileSync(join(root, 'LICENSE'), join(dist, 'LICENSE'))
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest(name), undefined, 2)}\n`)
  return dist
}

/** The tarball, and its sizes in bytes. */
export function pack(folder, name = 'icao9303') {
  mkdirSync(folder, { recursive: true })
  const built = build(name)
  const done = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(folder), built], { cwd: root, encoding: 'utf8' })
  if (done.status !== 0) fail(`npm pack failed\n${done.stderr}`)
  const [packed] = JSON.parse(done.stdout)
  return { file: join(resolve(folder), packed.filename), built, packed: packed.size, unpacked: packed.unpackedSize, files: packed.files.map((f) => f.path) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const name = process.argv[2]
  if (!(name in PACKAGES)) fail(`name one of ${Object.keys(PACKAGES).join(', ')}`)
  const at = process.argv.indexOf('--pack')
  if (at === -1) process.stdout.write(`${build(name)}\n`)
  else {
    const { file, packed, unpacked } = pack(process.argv[at + 1] ?? '.', name)
    process.stdout.write(`${file}: ${(packed / 1024).toFixed(0)} kB packed, ${(unpacked / 1024).toFixed(0)} kB unpacked\n`)
  }
}
