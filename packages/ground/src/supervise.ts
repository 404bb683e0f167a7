import { fork, type ChildProcess } from 'node:child_process'
import { appendFileSync, closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

/** One process of the platform. */
export interface Part {
  readonly name: string
  readonly main: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface Running {
  readonly name: string
  readonly pid: () => number | undefined
  /** What the part said when it was ready. */
  readonly said: () => Readonly<Record<string, unknown>>
  /** Waits until the part is up again, after it fell. */
  readonly up: () => Promise<void>
  readonly stop: () => Promise<void>
}

const READY_MS = 60_000
const STOP_MS = 8_000

/** Starts a part and keeps it running: one that falls is started again, later and later. */
export async function supervise(part: Part, logs: string): Promise<Running> {
  let child: ChildProcess | undefined
  let said: Readonly<Record<string, unknown>> = {}
  let stopping = false
  let falls = 0
  let ready = Promise.withResolvers<void>()
  let settled = false
  ready.promise.catch(() => undefined)
  const logFile = join(logs, `${part.name}.log`)

  const launch = (): void => {
    const log = openSync(logFile, 'a', 0o600)
    const started = fork(part.main, [...part.args], { env: { ...part.env }, stdio: ['ignore', log, log, 'ipc'], execArgv: ['--disable-warning=ExperimentalWarning'] })
    closeSync(log)
    child = started
    started.on('message', (message) => {
      if (typeof message !== 'object' || (message as { ready?: unknown }).ready !== true) return
      said = message as Readonly<Record<string, unknown>>
      falls = 0
      settled = true
      ready.resolve()
    })
    started.once('exit', (code, signal) => {
      if (child === started) child = undefined
      if (stopping) return
      falls += 1
      appendFileSync(logFile, `${JSON.stringify({ at: new Date().toISOString(), level: 'warn', part: part.name, event: 'fell', code, signal, falls })}\n`)
      // whoever waits goes on waiting for this rise; only one that was reached is followed by another
      if (settled) {
        ready = Promise.withResolvers<void>()
        ready.promise.catch(() => undefined)
        settled = false
      }
      if (falls > 8) { settled = true; ready.reject(new Error(`${part.name} does not stay up: see ${logFile}`)); return }
      setTimeout(() => { if (!stopping) launch() }, Math.min(100 * 2 ** (falls - 1), 5_000))
    })
  }
  const up = async (): Promise<void> => {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => { late.reject(new Error(`${part.name} is not ready after ${READY_MS / 1000} s: see ${logFile}`)) }, READY_MS)
    const until = Date.now() + READY_MS
    try {
      for (;;) {
        const mine = ready
        try {
          await Promise.race([mine.promise, late.promise])
          return
        } catch (error) {
          if (mine === ready || Date.now() > until) throw error
        }
      }
    } finally {
      clearTimeout(timer)
    }
  }
  launch()
  await up()
  return {
    name: part.name,
    pid: () => child?.pid,
    said: () => said,
    up,
    stop: async () => {
      stopping = true
      const running = child
      if (running === undefined) return
      const gone = new Promise<void>((resolve) => { running.once('exit', () => { resolve() }) })
      running.kill('SIGTERM')
      const timer = setTimeout(() => { running.kill('SIGKILL') }, STOP_MS)
      await gone
      clearTimeout(timer)
    },
  }
}

/** Says to whoever started this process that it is ready, and ends it in order when told to. */
export function reportReady(says: Readonly<Record<string, unknown>>, stop: () => Promise<void>): void {
  let ending = false
  const end = (): void => {
    if (ending) return
    ending = true
    stop().then(() => { process.exit(0) }, () => { process.exit(1) })
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.on('disconnect', end) // the platform is gone: no part outlives it
  process.send?.({ ...says, ready: true })
}
