import { type Awaitable } from '../crypto.ts'
import { type Command, type Response } from './apdu.ts'

/**
 * One command to the chip, in whatever session there is, and its answer. Undefined when nothing came back that may
 * be used: the chip went away, or the session ended.
 */
export type Exchange = (command: Command) => Awaitable<Response | undefined>

/** A departure from the standard that did not stand in the way, or the reason of a failure. */
export interface AccessDefect {
  readonly code: string
  readonly says: string
  readonly clause: string
}
