import { createHash } from 'node:crypto'

import { ok } from '@causeway/kernel'
import { certificateRequestText, type CertificateRequestAnswer, type RequestedUse } from '@causeway/signing'
import { buildRequest, type Scheme } from 'icao9303'

import { used, type Answer } from './answer.ts'
import { hashOf, plainScheme, schemeOf, type KeyRecord, type KeyType } from './custody/port.ts'
import { base64, hex, refuse } from './document.ts'
import { type Memory } from './memory.ts'
import { settingAt } from './setting.ts'

const TITLE: Readonly<Record<RequestedUse, (id: string) => string>> = { document: (id) => `DS-UTO ${id}`, seal: (id) => `SEAL-UTO ${id} SPECIMEN`, 'bar-code': (id) => `BC-UTO ${id} SPECIMEN` }
const WORD: Scheme = { kind: 'ecdsa', hash: 'SHA-256', form: 'plain' }
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The key that waits for a certificate, else a fresh one. */
async function waitingKey(m: Memory, use: RequestedUse): Promise<Answer<KeyRecord>> {
  const { custody, book, settings, clock } = m.o
  const certified = new Set(book.all(use === 'document' ? 'certificate' : 'credential').map((l) => l.keyId))
  const waiting = custody.keys().find((k) => k.use === use && k.retired !== true && !certified.has(k.id))
  return waiting === undefined ? used(custody.make(use, use === 'document' ? settingAt(settings, 'newKeyType', clock.now()) as KeyType : 'P-256')) : ok(waiting)
}

/**
 * A request for a certificate, for the key that waits for one. The key signs its own request, and the office's key gives
 * its word over it, without which the national side takes none: two uses, two lines of the journal. Who asks again gets
 * the same bytes.
 */
export async function askCertificate(m: Memory, use: RequestedUse): Promise<Answer<CertificateRequestAnswer>> {
  const { custody, book, organisation, clock } = m.o
  const key = await waitingKey(m, use)
  if (!key.ok) return key
  const own = m.anchorKey()
  if (own === undefined) return refuse('keys-not-activated')
  const { id, type, spki } = key.value
  const [asked, given] = [book.find('request', `${id}/${id}`), book.find('request', `${id}/${own.key.id}`)]
  if (asked !== undefined && given !== undefined) return ok({ request: asked.answer, keyId: id, signature: given.answer })
  const scheme = use === 'document' ? schemeOf(type) : plainScheme(type)
  m.o.faultPoint('request:before-sign')
  const request = asked === undefined
    ? await used(buildRequest(
      { country: 'UT', organisation, commonName: TITLE[use](id.slice(0, 8)), spki, ...(use === 'document' ? {} : { curveForm: 'named' as const }) },
      { sign: async (message) => custody.sign(id, message, scheme), hash: hashOf(type), scheme },
    ).then(base64))
    : ok(asked.answer)
  if (!request.ok) return request
  const word = await used(custody.sign(own.key.id, Buffer.from(certificateRequestText(use, request.value)), WORD))
  if (!word.ok) return word
  m.o.faultPoint('request:after-sign')
  const line = { kind: 'request', use, about: id, contentHash: digestOf(request.value), at: clock.now().toISOString() } as const
  book.write([...(asked === undefined ? [{ ...line, answer: request.value, keyId: id }] : []), { ...line, answer: hex(word.value), keyId: own.key.id }])
  m.o.faultPoint('request:after-record')
  return ok({ request: request.value, keyId: id, signature: hex(word.value) })
}
