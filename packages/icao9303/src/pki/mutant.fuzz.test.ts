import { beforeAll, describe, expect, it } from 'vitest'

import { dice } from '../asn1/mutant.ts'
import { MUTANT_TIMEOUT, rounds } from '../../../../test/mutants.ts'
import { day, documentSigner, ecPair, generation, read, serial, span, UTOPIA } from '../../../../test/utopia.ts'
import {
  buildCrl, buildDeviationList, buildDeviationListSigner, buildMasterList, buildMasterListSigner, buildRequest,
  directoryEntry, lintCertificate, lintCrl, lintList, parseCertificate, parseCrl, parseDeviationList, parseLdif,
  parseMasterList, parseRequest, renderLdif,
} from '../index.ts'
import { nodeCrypto } from '../node.ts'

const crypto = nodeCrypto()
const samples = new Map<string, Uint8Array>()

/** Where the tags and lengths of a DER value are, at all levels, also inside octet and bit strings. */
function landmarks(bytes: Uint8Array): readonly number[] {
  const found: number[] = []
  const walk = (from: number, to: number): void => {
    for (let at = from; at + 2 <= to;) {
      const tag = bytes[at]!
      let [length, body] = [bytes[at + 1]!, at + 2]
      if (length > 0x80 && length < 0x84) {
        const n = length & 3
        length = 0
        for (let i = 0; i < n; i++) length = length * 256 + (bytes[body + i] ?? 0)
        body += n
      }
      if (body + length > to) return
      found.push(at, at + 1)
      if ((tag & 0x20) !== 0) walk(body, body + length)
      else if (tag === 0x04) walk(body, body + length)
      else if (tag === 0x03) walk(body + 1, body + length)
      at = body + length
    }
  }
  walk(0, bytes.length)
  return found
}

const ODD = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x17, 0x18, 0x1e, 0x1f, 0x24, 0x30, 0x31, 0x7f, 0x80,
  0x81, 0x82, 0x84, 0x85, 0xa0, 0xa1, 0xa3, 0xbf, 0xff,
]

/** A mutant: a tag or length changed, bytes cut out, doubled, put in the place of others, or the end cut off. */
function mutant(sample: Uint8Array, marks: readonly number[], pick: (limit: number) => number): Uint8Array {
  let bytes = sample.slice()
  for (let n = 1 + pick(3); n > 0; n--) {
    const at = pick(4) === 0 ? pick(bytes.length) : marks[pick(marks.length)]! % bytes.length
    const size = 1 + pick(16)
    const kind = pick(8)
    if (kind < 3) bytes[at] = ODD[pick(ODD.length)]!
    else if (kind === 3) bytes[at]! ^= 1 << pick(8)
    else if (kind === 4) bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + size)])
    else if (kind === 5) bytes = new Uint8Array([...bytes.subarray(0, at + size), ...bytes.subarray(at)])
    else if (kind === 6) bytes.set(bytes.subarray(pick(bytes.length)).subarray(0, size).subarray(0, bytes.length - at), at)
    else bytes = bytes.slice(0, Math.max(1, at))
    if (bytes.length === 0) bytes = Uint8Array.of(0x30)
  }
  return bytes
}

beforeAll(async () => {
  const g = await generation({}, crypto)
  const ds = await documentSigner(g, crypto)
  const pair = ecPair()
  const order = { authority: UTOPIA, commonName: 'LS', spki: pair.spki, serial: serial(), validity: span('2024-01-01', '2030-01-01') }
  const at = day('2024-02-01')
  const mls = read(await buildMasterListSigner(order, g.root, g.pair.signer, crypto))
  const dls = read(await buildDeviationListSigner(order, g.root, g.pair.signer, crypto))
  const crl = await buildCrl(
    { number: 300, thisUpdate: at, nextUpdate: day('2024-04-01'), revoked: [{ serial: '7777', at }], formerNames: [g.root.subject] },
    g.root, g.pair.signer,
  )
  samples.set('certificate', ds.der)
  samples.set('revocation list', crl)
  samples.set('request', await buildRequest({ country: 'UT', commonName: 'x', spki: pair.spki }, pair.signer))
  samples.set('master list', await buildMasterList({ entries: [g.root], signer: mls, chain: [], at }, pair.signer, crypto))
  samples.set(
    'deviation list',
    await buildDeviationList(
      {
        deviations: [{
          documents: { documentType: 'P<', signer: { kind: 'key', keyId: 'ab' }, issued: { from: at, to: at }, numbers: ['A'] },
          descriptions: [{ code: 'group-malformed', place: { kind: 'file', file: 'DG1' }, text: 'x' }],
        }],
        signer: dls, chain: [], at,
      },
      pair.signer, crypto,
    ),
  )
  samples.set(
    'LDIF',
    new TextEncoder().encode(
      renderLdif([
        directoryEntry({ kind: 'certificate', certificate: ds }, 1, crypto),
        directoryEntry({ kind: 'crl', crl: parseCrl(crl)! }, 1, crypto),
      ])
    ),
  )
})

/** Each reader, and what it may answer: a value that can be looked at further, or nothing; never an exception. */
const READERS: readonly (readonly [string, (bytes: Uint8Array) => unknown])[] = [
  ['certificate', (b) => { const c = parseCertificate(b); if (c !== undefined) lintCertificate(c, { issuer: c }) }],
  ['revocation list', (b) => { const l = parseCrl(b); if (l !== undefined) lintCrl(l) }],
  ['request', async (b) => parseRequest(b, crypto)],
  ['master list', async (b) => { const l = await parseMasterList(b, crypto); if (l !== undefined) lintList(l) }],
  ['deviation list', async (b) => { const l = await parseDeviationList(b, crypto); if (l !== undefined) lintList(l) }],
  ['LDIF', (b) => parseLdif(b, 5_000)],
]

describe('K64 no mutant of a valid file makes a reader throw or hang', () => {
  it.each(READERS)('K64 %s', async (name, look) => {
    const sample = samples.get(name)!
    const marks = name === 'LDIF'
      ? sample.reduce<number[]>((list, b, i) => (b === 0x0a || b === 0x3a ? [...list, i, i + 1] : list), []).filter((i) => i < sample.length)
      : landmarks(sample)
    expect(marks.length).toBeGreaterThan(10)
    const seed = Number(process.env['CAUSEWAY_SEED'] ?? 9303)
    const pick = dice(seed)
    let slowest = 0
    for (const i of rounds()) {
      const bytes = mutant(sample, marks, pick)
      const from = performance.now()
      try {
        const answer = look(bytes)
        if (answer instanceof Promise) await answer
      } catch (error) {
        throw new Error(`mutant ${i} of seed ${seed}: ${Buffer.from(bytes).toString('hex')}`, { cause: error })
      }
      slowest = Math.max(slowest, performance.now() - from)
    }
    expect(slowest).toBeLessThan(1_000)
  }, MUTANT_TIMEOUT)
})
