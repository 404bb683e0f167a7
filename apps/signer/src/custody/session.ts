import { isTokenGone, type Handle, type Module, type Session } from '@causeway/token'

import { CustodyFault } from './port.ts'

/** A logged-in token with a bounded number of sessions. Who finds none free waits; not more wait than may. */
export interface Sessions {
  /**
   * Does something with a session of one's own.
   *
   * @throws CustodyFault `busy`, or `token-fault` with the token's own word for it
   */
  readonly use: <T>(work: (s: Session) => Promise<T>) => Promise<T>
  /** Lets nobody in any more, waits for those who are in, and closes the module. */
  readonly close: () => Promise<void>
}

export interface SessionOptions {
  readonly module: Module
  readonly slot: Handle
  readonly count: number
  readonly room: number
  /** Told once, when token, login or handles are lost. */
  readonly onGone: (why: string) => void
}

interface Waiter { readonly enter: (s: Session) => void; readonly leave: (fault: CustodyFault) => void }

/** Opens sessions on a token whose first session has logged in: a login holds for all of them. */
export function openSessions(first: Session, o: SessionOptions): Sessions {
  const idle: Session[] = [first]
  while (idle.length < o.count) {
    try {
      idle.push(o.module.session(o.slot))
    } catch {
      break // a token may have fewer sessions to give
    }
  }
  const waiters: Waiter[] = []
  let inside = 0
  let gone: string | undefined
  const emptied = Promise.withResolvers<void>()
  const shut = (why: string): void => {
    if (gone !== undefined) return
    gone = why
    for (const w of waiters.splice(0)) w.leave(new CustodyFault('token-fault', why))
    if (inside === 0) emptied.resolve()
  }
  const taken = async (): Promise<Session> => {
    if (gone !== undefined) throw new CustodyFault('token-fault', gone)
    const s = idle.pop()
    if (s !== undefined) return s
    if (waiters.length >= o.room) throw new CustodyFault('busy', `${o.room} requests wait for the token`)
    return new Promise((enter, leave) => { waiters.push({ enter, leave }) })
  }
  const given = (s: Session): void => {
    const next = gone === undefined ? waiters.shift() : undefined
    if (next === undefined) idle.push(s)
    else next.enter(s)
  }
  return {
    use: async (work) => {
      const s = await taken()
      inside += 1
      try {
        return await work(s)
      } catch (error) {
        if (error instanceof CustodyFault) throw error
        const why = (error as Error).message
        if (isTokenGone(s.b, error)) { shut(why); o.onGone(why) }
        throw new CustodyFault('token-fault', why)
      } finally {
        inside -= 1
        given(s)
        if (gone !== undefined && inside === 0) emptied.resolve()
      }
    },
    close: async () => {
      shut('the token is closed')
      await emptied.promise
      o.module.close()
    },
  }
}
