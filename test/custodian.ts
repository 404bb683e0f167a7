import { openLine, socketIn } from '@causeway/ground'
import { type Refusal, type Result } from '@causeway/kernel'
import { type BackupAnswer, type CeremonyView } from '@causeway/signing'

import { type TestPart } from './part.ts'

/** People with a passphrase each, and what they do at their socket. */
export const PEOPLE = ['王保管', '欧阳保管', '单保管'] as const
export const passphraseOf = (name: string): string => `passphrase of ${name}`

export interface Custodians {
  readonly ask: <T>(act: 'found' | 'open' | 'confirm' | 'carry-out', body: unknown) => Promise<Result<T, Refusal>>
  readonly found: (o?: { readonly threshold?: number; readonly pin?: string; readonly names?: readonly string[] }) => Promise<Result<CeremonyView, Refusal>>
  readonly open: (order: object) => Promise<Result<CeremonyView, Refusal>>
  readonly confirm: (c: Pick<CeremonyView, 'id' | 'digest'>, custodian: string, passphrase?: string) => Promise<Result<CeremonyView, Refusal>>
  readonly carryOut: (c: Pick<CeremonyView, 'id' | 'digest'>) => Promise<Result<BackupAnswer, Refusal>>
  /** A whole ceremony of these people: opened, confirmed by each, carried out. */
  readonly hold: (order: object, who?: readonly string[]) => Promise<Result<BackupAnswer, Refusal>>
}

let count = 0

export function custodians(part: () => TestPart): Custodians {
  const ask = async <T>(act: string, body: unknown): Promise<Result<T, Refusal>> => openLine(socketIn(part().dir, 'custodian.sock'), 'signer').call<T>('POST', `/v1/ceremonies/${act}`, body, 30_000)
  const open = async (order: object): Promise<Result<CeremonyView, Refusal>> => ask<CeremonyView>('open', { id: `c${(count += 1)}`, ...order })
  const confirm: Custodians['confirm'] = async ({ id, digest }, custodian, passphrase = passphraseOf(custodian)) => ask<CeremonyView>('confirm', { id, digest, custodian, passphrase })
  const carryOut: Custodians['carryOut'] = async ({ id, digest }) => ask<BackupAnswer>('carry-out', { id, digest })
  return {
    ask, open, confirm, carryOut,
    found: async ({ threshold = 2, pin, names = PEOPLE } = {}) => ask<CeremonyView>('found', {
      id: `f${(count += 1)}`, threshold, custodians: names.map((name) => ({ name, passphrase: passphraseOf(name) })), ...(pin === undefined ? {} : { pin }),
    }),
    hold: async (order, who = PEOPLE.slice(0, 2)) => {
      const opened = await open(order)
      if (!opened.ok) return opened
      for (const name of who) {
        const confirmed = await confirm(opened.value, name)
        if (!confirmed.ok) return confirmed
      }
      return carryOut(opened.value)
    },
  }
}
