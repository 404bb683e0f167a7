import { mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { openLine, setClock, supervise, type Line } from '@causeway/ground'

/** One part of the platform as its own process, kept running by the real supervisor. */
export interface TestPart {
  readonly line: Line
  readonly dir: string
  readonly socket: string
  readonly log: string
  /** Kill -9, and wait until it is up again. */
  readonly fell: () => Promise<void>
  /** Waits until the part that something else killed is up again. */
  readonly up: () => Promise<void>
  readonly pid: () => number | undefined
  readonly stop: () => Promise<void>
}

export interface PartFolder { readonly folder: string; readonly clock: (at: string) => void; readonly clockFile: string; readonly remove: () => void }

export function partFolder(at: string): PartFolder {
  const folder = mkdtempSync(join(tmpdir(), 'cw-part-'))
  const clockFile = join(folder, 'clock.json')
  let set = 0
  const clock = (instant: string): void => {
    setClock(clockFile, instant, 'stands')
    set += 1
    utimesSync(clockFile, set, set) // leaps within one tick of the file system are leaps too
  }
  clock(at)
  return { folder, clock, clockFile, remove: () => { rmSync(folder, { recursive: true, force: true }) } }
}

export async function startPart(f: PartFolder, name: 'signer' | 'hub' | 'station' | 'verifier', more: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {}): Promise<TestPart> {
  const [dir, socket] = [join(f.folder, name), join(f.folder, `${name}.sock`)]
  mkdirSync(dir, { recursive: true })
  const running = await supervise({
    name, main: resolve(import.meta.dirname, '../apps', name, 'src/main.ts'), args: ['--dir', dir, '--socket', socket, '--clock', f.clockFile, ...(more.args ?? [])],
    env: { PATH: process.env['PATH'] ?? '', ...more.env },
  }, f.folder)
  const line = openLine(socket, name)
  const up = async (): Promise<void> => {
    for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((r) => { setTimeout(r, 20) })) {
      if ((await line.call('GET', '/v1/health', undefined, 1_000)).ok) return
    }
    throw new Error(`${name} did not come back`)
  }
  return {
    line, dir, socket, log: join(f.folder, `${name}.log`), up, pid: running.pid, stop: running.stop,
    fell: async () => {
      const pid = running.pid()
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
      for (const end = Date.now() + 10_000; running.pid() === pid && Date.now() < end;) await new Promise((r) => { setTimeout(r, 5) })
      await up()
    },
  }
}
