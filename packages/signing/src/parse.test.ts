import { GENESIS, linkEntry, type Anchor } from '@causeway/journal'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { messageText, SIGNER_RULES } from './message.ts'
import { parseAnchor, parseAnchorRequest, parseCertificateImport, parseMessageRequest, parseSignedMessage, parseSodRequest } from './parse.ts'

fc.configureGlobal({ seed: 9303 })

const entry = linkEntry({ office: '1', at: '2026-01-01T00:00:00.000Z', actor: 'a', role: 'clerk', act: 'x', request: 'r', kind: 'unit', stream: 'u', version: 1, event: 'e', body: '{}' }, { seq: 0, hash: GENESIS })
const message = { office: '370699', number: 1, kind: 'permit-issued', body: '' }
const anchor: Anchor = { office: '1', number: 1, fromSeq: 1, toSeq: 2, head: 'a'.repeat(64), previous: GENESIS, at: 'x', keyId: 'k', signature: '0'.repeat(128) }
const GOOD = [
  ['sod', parseSodRequest, { requestId: 'job:1', office: '370699', authority: { kind: 'job', id: '1', version: 0 }, documentType: 'PO', issuingState: 'UTO', documentNumber: 'SP0000001', dataGroups: { 1: 'AAAA', 16: 'AAA=' } }],
  ['anchor', parseAnchorRequest, { office: '370699', entries: [entry] }],
  ['message', parseMessageRequest, message],
  ['signed message', parseSignedMessage, { ...message, keyId: '0123456789abcdef', signature: '0'.repeat(128) }],
  ['certificate', parseCertificateImport, { certificate: 'AAAA', csca: 'AA==' }],
] as const

describe('requests', () => {
  it.each(GOOD)('a good %s request passes unchanged', (_, parse, good) => {
    expect(parse(good)).toEqual({ ok: true, value: good })
  })

  it.each(GOOD)('a %s request with a field missing, of another form or too many is refused by its path', (_, parse, good) => {
    for (const field of Object.keys(good)) {
      fc.assert(fc.property(fc.constantFrom(undefined, null, true, 0.5, -1, {}, [null]), (value) => {
        fc.pre(!(field === 'dataGroups' && value !== null && typeof value === 'object' && !Array.isArray(value)))
        const r = parse({ ...good, [field]: value })
        expect(r.ok ? undefined : [r.error.code, r.error.at?.split('.')[0], r.error.rule]).toEqual(['request-malformed', field, SIGNER_RULES['request-malformed']])
      }))
    }
    expect(parse({ ...good, more: 1 })).toMatchObject({ ok: false, error: { at: 'more' } })
  })

  it('nothing that is not made for it passes, and nothing throws', () => {
    fc.assert(fc.property(fc.anything(), (value) => {
      for (const [, parse] of GOOD) expect(parse(value).ok).toBe(false)
    }))
  })

  it('names the entry and the field that is wrong', () => {
    expect(parseAnchorRequest({ office: '1', entries: [entry, { ...entry, prev: 'x' }] })).toMatchObject({ error: { code: 'request-malformed', at: 'entries.1.prev' } })
  })
})

describe('anchors in messages', () => {
  it('reads an anchor, and nothing else', () => {
    expect(parseAnchor(JSON.stringify(anchor))).toEqual(anchor)
    for (const text of ['', '{', 'null', '[]', JSON.stringify({ ...anchor, head: 'A'.repeat(64) }), JSON.stringify({ ...anchor, number: 0 }), JSON.stringify({ ...anchor, more: 1 })]) expect(parseAnchor(text)).toBeUndefined()
  })
})

describe('what a message signature is over', () => {
  it('two different messages are never one text', () => {
    const any = fc.record({ office: fc.string(), number: fc.nat(), kind: fc.string(), body: fc.string(), keyId: fc.string() })
    fc.assert(fc.property(any, any, (a, b) => { expect(messageText(a) === messageText(b)).toBe(JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())) }))
  })
})
