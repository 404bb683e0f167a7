import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'

/** The one clock of all processes. No other part asks the system for the time, SQL neither. */
export interface Clock { readonly now: () => Date }

/** What a clock file holds: the instant shown when it was set, going on from there or standing still. */
interface Setting { readonly at: string; readonly setAt: number; readonly stands: boolean }

/**
 * The system's clock; or, for demonstrations and tests, the clock that a file sets. The file is looked
 * at on every call, so that all processes leap together.
 */
export function openClock(file?: string): Clock {
  if (file === undefined) return { now: () => new Date() }
  let seen = ''
  let setting: Setting | undefined
  return {
    now: () => {
      const stat = statSync(file, { throwIfNoEntry: false })
      if (stat === undefined) return new Date()
      const mark = `${stat.ino}|${stat.mtimeMs}` // a file replaced within one tick of the file system is another file
      if (mark !== seen) {
        setting = JSON.parse(readFileSync(file, 'utf8')) as Setting
        seen = mark
      }
      if (setting === undefined) return new Date()
      const base = new Date(setting.at).getTime()
      return new Date(setting.stands ? base : base + (Date.now() - setting.setAt))
    },
  }
}

/** Sets the clock of a demonstration or a test. @param at - an ISO instant */
export function setClock(file: string, at: string, mode: 'stands' | 'goes' = 'goes'): void {
  if (Number.isNaN(new Date(at).getTime())) throw new RangeError(`not an instant: ${at}`)
  const setting: Setting = { at, setAt: Date.now(), stands: mode === 'stands' }
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, JSON.stringify(setting), { mode: 0o644 })
  renameSync(fresh, file)
}
