import { spawnSync } from 'node:child_process'
import { chownSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A user of the operating system, by number. */
export interface OsUser { readonly name: string; readonly uid: number; readonly gid: number }

function lookUp(name: string): OsUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((l) => l.startsWith(`${name}:`))
  if (line === undefined) return undefined
  const [, , uid, gid] = line.split(':')
  return { name, uid: Number(uid), gid: Number(gid) }
}

/**
 * As root: the system user of that name, made when it is not there; where users cannot be made,
 * `nobody`. Not as root: undefined, the part runs as whoever started it, and doctor says so.
 */
export function ensureUser(name: string): OsUser | undefined {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return undefined
  const there = lookUp(name)
  if (there !== undefined) return there
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name], { stdio: 'ignore' })
  return lookUp(name) ?? lookUp('nobody')
}

/** Gives a folder and all in it to a user. */
export function giveTo(folder: string, user: OsUser | undefined): void {
  if (user === undefined) return
  chownSync(folder, user.uid, user.gid)
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), user.uid, user.gid)
  }
}

/**
 * Lays root down for good. Called after all code is loaded: the checkout may be closed to the user
 * that the process becomes.
 */
export function become(user: OsUser | undefined): void {
  if (user === undefined || process.getuid?.() !== 0) return
  process.setgroups?.([user.gid])
  process.setgid?.(user.gid)
  process.setuid?.(user.uid)
}
