import { renderStatus, statusHex, triesLeft, type Response } from './apdu.ts'
import { type Group } from './group.ts'
import { type SessionKeys } from './key.ts'

/** The steps in which access is gained, one command each. */
export type AccessStep =
  | 'select-application' | 'get-challenge' | 'external-authenticate'
  | 'choose' | 'set-at' | 'encrypted-nonce' | 'map-nonce' | 'key-agreement' | 'mutual-authentication'

/**
 * Why access was not gained.
 * `no-answer`: not even a status word. `refused`: the chip said so by its status word. `malformed`: the data is not what the step
 * has. `element-wrong`: a public key is none of the group, or our own. `proof-wrong`: the chip does not know the password, or
 * somebody changed a message. `not-offered`: the chip offers nothing that the policy takes. `no-password`: none for this protocol.
 */
export type AccessCode = 'no-answer' | 'refused' | 'malformed' | 'element-wrong' | 'proof-wrong' | 'not-offered' | 'no-password'

/** What kept us from a session: the protocol, its step, the reason and the chip's own word. */
export interface AccessFailure {
  readonly protocol: 'PACE' | 'BAC'
  readonly step: AccessStep
  readonly code: AccessCode
  /** Four hexadecimal digits; undefined when no answer had one. */
  readonly statusWord?: string | undefined
  /** How often the password may still be tried, where the chip says so. */
  readonly triesLeft?: number | undefined
  readonly says: string
  readonly clause: string
}

export type AccessResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AccessFailure }

const CLAUSES: Readonly<Record<AccessFailure['protocol'], string>> = { PACE: 'Doc 9303-11 §4.4', BAC: 'Doc 9303-11 §4.3' }

interface Place { readonly protocol: AccessFailure['protocol']; readonly step: AccessStep }
type Failed = { readonly ok: false; readonly error: AccessFailure }

/** The chip's answer was good by its status word, but not by what it says. */
export function failed(place: Place, code: AccessCode, o: { readonly says: string; readonly response?: Response | undefined }): Failed {
  const statusWord = o.response === undefined ? undefined : statusHex(o.response.sw)
  const error = { ...place, code, ...(statusWord === undefined ? {} : { statusWord }), says: o.says, clause: CLAUSES[place.protocol] }
  return { ok: false, error }
}

/** The chip refused by its status word, or did not answer. */
export function refusedBy(place: Place, response: Response | undefined): Failed {
  if (response === undefined) return failed(place, 'no-answer', { says: 'the answer has no status word' })
  const left = triesLeft(response.sw)
  const { error } = failed(place, 'refused', { says: renderStatus(response.sw), response })
  return { ok: false, error: left === undefined ? error : { ...error, triesLeft: left } }
}

/** What the chip's side of an access protocol makes of a command: its answer, and the session that it opened. */
export interface ChipStep {
  readonly response: Response
  /** Present when the answer ends the protocol well. What comes next is protected by these keys. */
  readonly keys?: SessionKeys
  /** After PACE: the chip's ephemeral public key, which Terminal Authentication takes for its name. */
  readonly chipKey?: { readonly group: Group; readonly element: Uint8Array }
}
