import { ok } from '@causeway/kernel'
import { type Output } from '@causeway/signing'

import { used, type Answer } from '../answer.ts'
import { type LineOf } from '../book.ts'
import { type KeyRecord, type KeyType, type KeyUse } from '../custody/port.ts'
import { refuse } from '../document.ts'
import { type Memory } from '../memory.ts'
import { actOf, mayAct } from '../policy.ts'

/** What every request for an output says of itself. */
export interface OutputOrder {
  readonly output: Output
  readonly request: { readonly requestId: string; readonly office: string; readonly authority: { readonly kind: string; readonly id: string; readonly version: number } }
  readonly digest: string
}

/** One use of a key: what was made, and what it is about. */
export interface Part { readonly keyId: string; readonly about: string; readonly answer: object }

/** The newest key of a use that still signs; made when there is none. */
export async function keyFor(m: Memory, use: KeyUse, type: KeyType): Promise<Answer<KeyRecord>> {
  const key = m.o.custody.keys().findLast((k) => k.use === use && k.retired !== true)
  return key === undefined ? used(m.o.custody.make(use, type)) : ok(key)
}

const streamOf = (act: string): string => act.slice(0, act.lastIndexOf('/'))

/** The parts that were given before for a request. */
function partsOf(m: Memory, o: OutputOrder): readonly LineOf<'output'>[] {
  const parts: LineOf<'output'>[] = []
  for (let l = m.o.book.find('output', `${o.output}/${o.request.requestId}/0`); l !== undefined; l = m.o.book.find('output', `${o.output}/${o.request.requestId}/${parts.length}`)) parts.push(l)
  return parts
}

/**
 * Makes an output once: what was given before is given again; else every rule first, then the keys, then the signer's
 * journal, and only then the answer.
 */
export async function putOut<T>(m: Memory, o: OutputOrder, work: { readonly make: () => Promise<Answer<readonly Part[]>>; readonly read: (answers: readonly never[]) => T }): Promise<Answer<T>> {
  const before = partsOf(m, o)
  if (before[0] !== undefined) {
    const isSame = before[0].contentHash === o.digest && streamOf(before[0].authority) === streamOf(actOf(o.request))
    return isSame ? ok(work.read(before.map((l) => JSON.parse(l.answer) as never))) : refuse('request-reused', { requestId: o.request.requestId })
  }
  const { clock, settings, book, custody } = m.o
  const may = mayAct({
    order: o, output: o.output, settings, now: clock.now(), leapt: m.o.leapt(), newest: book.newest(), office: m.office, activated: custody.isOpen(), lastAnchor: m.lastAnchor,
    authorised: book.authorised(o.request.requestId),
  })
  if (!may.ok) return may
  m.o.faultPoint(`${o.output}:before-sign`)
  const parts = await work.make()
  if (!parts.ok) return parts
  m.o.faultPoint(`${o.output}:after-sign`)
  const { requestId, office } = o.request
  book.write(parts.value.map((p, part) => ({
    kind: 'output', output: o.output, requestId, part, contentHash: o.digest, about: p.about, answer: JSON.stringify(p.answer), at: clock.now().toISOString(), office, authority: actOf(o.request), keyId: p.keyId,
  })))
  m.office ??= office
  m.o.faultPoint(`${o.output}:after-record`)
  return ok(work.read(parts.value.map((p) => p.answer as never)))
}
