import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pack, type PackageName, type Packed } from '../scripts/build-package.mjs'

const root = join(import.meta.dirname, '..')

/** A folder of somebody else's, with the package installed from its tarball and nothing else of ours. */
export interface Guest { readonly folder: string; readonly built: string; readonly tarball: Packed; readonly remove: () => void }

function must(command: string, args: readonly string[], cwd: string): string {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stdout}${done.stderr}`)
  return done.stdout
}

const install = (folder: string, what: string): string => must('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error', what], folder)

/** Builds and packs the package, and installs it where nothing else is. */
export function installPacked(name: PackageName = 'icao9303'): Guest {
  const folder = mkdtempSync(join(tmpdir(), `${name}-guest-`))
  const tarball = pack(join(folder, 'tarball'), name)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'guest', private: true, type: 'module' }))
  install(folder, tarball.file)
  return { folder, built: tarball.built, tarball, remove: () => { rmSync(folder, { recursive: true, force: true }) } }
}

/** A Node of a version, brought by npm once and kept beside the other marks of the set-up. */
export function nodeOf(version: string): string {
  if (process.versions.node === version) return process.execPath
  const folder = join(root, 'node_modules', '.causeway', 'nodes', version)
  const name = `node-${process.platform}-${process.arch}`
  const file = join(folder, 'node_modules', name, 'bin', 'node')
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'nodes', private: true }))
    install(folder, `${name}@${version}`)
  }
  return file
}

export const EXAMPLES = join(root, 'packages', 'icao9303', 'examples')
export const examples = (): readonly string[] => readdirSync(EXAMPLES).filter((f) => readFileSync(join(EXAMPLES, f), 'utf8').includes('\n// Prints:\n')).sort()

/** What an example says of itself that it prints: the comment at its end. */
export function promised(file: string): string {
  const after = readFileSync(join(EXAMPLES, file), 'utf8').split('\n// Prints:\n')[1] ?? ''
  return after.split('\n').filter((l) => l.startsWith('//')).map((l) => l.replace(/^\/\/ ?/, '')).join('\n')
}

const types = (folder: string): void => { symlinkSync(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types')) }

/** Compiles TypeScript of a guest against the installed package, strictly, the package's own types included. Answers the complaints. */
export function compile(guest: Guest, o: { readonly files: readonly string[]; readonly lib: readonly string[]; readonly types: readonly string[] }): string {
  if (o.types.length > 0 && !existsSync(join(guest.folder, 'node_modules', '@types'))) types(guest.folder)
  writeFileSync(join(guest.folder, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext', strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: o.types.length > 0, lib: o.lib, types: o.types,
      rewriteRelativeImportExtensions: true, outDir: 'out', rootDir: '.',
    },
    files: o.files,
  }))
  return spawnSync(process.execPath, [join(root, 'node_modules', 'typescript-7', 'bin', 'tsc'), '-p', guest.folder], { encoding: 'utf8' }).stdout
}
