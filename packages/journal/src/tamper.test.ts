import { encodeSm2Spki, familyOf, sm2PointOf, wrapPem, type FamilyName } from '@causeway/national'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'

import { anchorHash, anchorText, keyIdOf, parseAnchorKeys, type Anchor, type AnchorKey } from './anchor.ts'
import { GENESIS, linkEntry, type Entry } from './entry.ts'
import { exportLines } from './export.ts'
import { verifyJournal } from './verify.ts'

const secret = hexToBytes('11'.repeat(32))
const stranger = hexToBytes('22'.repeat(32))
const keyOf = (s: Uint8Array, family: FamilyName = 'international'): AnchorKey => {
  const point = bytesToHex(family === 'national' ? sm2PointOf(s) : p256.getPublicKey(s, false))
  return { keyId: keyIdOf(point), point, family }
}
const KEYS = [keyOf(secret)]

/** A small repeatable source of chance. */
const chance = (seed: number) => () => { seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31; return seed / 2 ** 31 }

type Bare = Omit<Entry, 'seq' | 'prev' | 'hash'>
function entriesFrom(bare: readonly Bare[]): Entry[] {
  const entries: Entry[] = []
  for (const b of bare) entries.push(linkEntry(b, entries.at(-1) ?? { seq: 0, hash: GENESIS }))
  return entries
}
function anchorsOver(entries: readonly Entry[], every: number, by = secret): Anchor[] {
  const anchors: Anchor[] = []
  for (let to = Math.min(every, entries.length); ; to = Math.min(to + every, entries.length)) {
    const e = entries[to - 1]!
    const a = { office: e.office, number: anchors.length + 1, fromSeq: (anchors.at(-1)?.toSeq ?? 0) + 1, toSeq: e.seq, head: e.hash, previous: anchors.length ? anchorHash(anchors.at(-1)!) : GENESIS, at: e.at, keyId: keyOf(by).keyId }
    anchors.push({ ...a, signature: bytesToHex(p256.sign(sha256(utf8ToBytes(anchorText(a))), by, { prehash: false })) })
    if (to === entries.length) return anchors
  }
}
function journal(seed: number) {
  const next = chance(seed)
  const versions = new Map<string, number>()
  const bare: Bare[] = Array.from({ length: 90 + Math.floor(next() * 40) }, (_, i) => {
    const stream = `s${Math.floor(next() * 9)}`
    const version = (versions.get(stream) ?? 0) + 1
    versions.set(stream, version)
    return { office: '370600', at: new Date(1_700_000_000_000 + i * 60_000).toISOString(), actor: `a${i % 5}`, role: 'reviewer', act: 'mission.check', request: `r${i}`, kind: 'mission', stream, version, event: 'mission-checked', body: JSON.stringify({ i, x: next() }) }
  })
  const entries = entriesFrom(bare)
  const anchors = anchorsOver(entries, 25)
  return { bare, entries, anchors }
}
const write = (entries: readonly Entry[], anchors: readonly Anchor[]): string => [...exportLines('370600', entries, anchors, '2024-12-31T00:00:00.000Z')].join('\n')
const at = <T>(list: readonly T[], i: number, value: T): T[] => list.map((x, j) => (j === i ? value : x))

type Attack = (j: ReturnType<typeof journal>, place: number) => { text: string; near: readonly [number, number] }
/** Each attack returns the tampered export and the range of entries in which the first fault must lie. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  edit: (j, p) => ({ text: write(at(j.entries, p, { ...j.entries[p]!, body: '{"i":-1}' }), j.anchors), near: [p + 1, p + 1] }),
  delete: (j, p) => ({ text: write(j.entries.filter((_, i) => i !== p), j.anchors), near: [p + 1, p + 2] }),
  insert: (j, p) => ({ text: write([...j.entries.slice(0, p), linkEntry({ ...j.bare[p]!, body: '{"forged":1}' }, j.entries[p - 1] ?? { seq: 0, hash: GENESIS }), ...j.entries.slice(p)], j.anchors), near: [p, p + 2] }),
  swap: (j, p) => { const q = p + 1 < j.entries.length ? p + 1 : p - 1; return { text: write(at(at(j.entries, p, j.entries[q]!), q, j.entries[p]!), j.anchors), near: [Math.min(p, q), Math.max(p, q) + 2] } },
  truncate: (j, p) => { const keep = j.anchors.filter((a) => a.toSeq <= p); const end = keep.at(-1)?.toSeq ?? 0; return { text: write(j.entries.slice(0, end), keep), near: [end, end + 1] } },
  'replayed anchor': (j, p) => { const i = 1 + (p % (j.anchors.length - 1)); return { text: write(j.entries, at(j.anchors, i, j.anchors[i - 1]!)), near: [j.anchors[i - 1]!.fromSeq, j.anchors[i]!.toSeq] } },
  're-signed with another key': (j, p) => { const from = j.anchors.findIndex((a) => a.toSeq > p); const forged = anchorsOver(j.entries, 25, stranger); return { text: write(j.entries, j.anchors.map((a, i) => (i >= from ? forged[i]! : a))), near: [j.anchors[from]!.fromSeq, j.anchors[from]!.toSeq] } },
  clock: (j, p) => { const bare = at(j.bare, p, { ...j.bare[p]!, at: '2023-01-01T00:00:00.000Z' }); return { text: write(entriesFrom(bare), j.anchors), near: [p + 1, Math.ceil((p + 1) / 25) * 25] } },
  'dropped stream': (j, p) => { const s = j.bare[p]!.stream; const first = j.bare.findIndex((b) => b.stream === s); return { text: write(entriesFrom(j.bare.filter((b) => b.stream !== s)), j.anchors), near: [0, Math.ceil((first + 1) / 25) * 25] } },
  'rewritten tail': (j, p) => { const bare = j.bare.map((b, i) => (i >= p ? { ...b, body: JSON.stringify({ rewritten: i }) } : b)); const entries = entriesFrom(bare); const anchors = anchorsOver(entries, 25); const block = Math.floor(p / 25) * 25; return { text: write(entries, anchors), near: [block + 1, block + 25] } },
}

describe('tampering with an exported journal', () => {
  const places = chance(7)
  for (const [name, attack] of Object.entries(ATTACKS)) {
    it(`J1 finds and locates with the witness: ${name}, at 20 places`, () => {
      for (let n = 0; n < 20; n++) {
        const j = journal(100 + n)
        const { text, near } = attack(j, Math.floor(places() * j.entries.length))
        const verdict = verifyJournal(text, KEYS, j.anchors)
        expect(verdict.intact).toBe(false)
        const first = verdict.faults.filter((f) => f.kind !== 'count')[0]!
        expect(first.seq, `${name}: ${JSON.stringify(verdict.faults[0])}`).toBeGreaterThanOrEqual(near[0])
        expect(first.seq, `${name}: ${JSON.stringify(verdict.faults[0])}`).toBeLessThanOrEqual(near[1])
      }
    })
  }

  it('J2 reports nothing on 20 clean exports, and without a witness says what it cannot exclude', () => {
    for (let n = 0; n < 20; n++) {
      const j = journal(500 + n)
      const text = write(j.entries, j.anchors)
      expect(verifyJournal(text, KEYS, j.anchors)).toMatchObject({ intact: true, faults: [], cannotExclude: [], events: j.entries.length, anchors: j.anchors.length })
      const alone = verifyJournal(text, KEYS)
      expect(alone.intact).toBe(true)
      expect(alone.cannotExclude.length).toBeGreaterThan(0)
    }
  })

  it('J3 cannot see a cut at an anchor without the witness, and says so; a hub that lags is named too', () => {
    const j = journal(9)
    const cut = write(j.entries.slice(0, 50), j.anchors.slice(0, 2))
    expect(verifyJournal(cut, KEYS)).toMatchObject({ intact: true })
    expect(verifyJournal(cut, KEYS).cannotExclude.join()).toContain('after entry 50')
    expect(verifyJournal(write(j.entries, j.anchors), KEYS, j.anchors.slice(0, 2)).cannotExclude).toHaveLength(1)
  })

  it('J6 knows the algorithm of an anchor by its key: an office goes over to SM2 and back, and every fault is found there too', () => {
    const j = journal(31)
    const hand = (a: Omit<Anchor, 'signature' | 'keyId'>, family: FamilyName): Anchor => {
      const bare = { ...a, keyId: keyOf(secret, family).keyId }
      return { ...bare, signature: bytesToHex(familyOf(family).sign(secret, utf8ToBytes(anchorText(bare)))) }
    }
    const anchors = j.anchors.reduce<Anchor[]>((list, a, i) => [...list, hand({ ...a, previous: i === 0 ? GENESIS : anchorHash(list[i - 1]!) }, i === 1 || i === 2 ? 'national' : 'international')], [])
    const text = write(j.entries, anchors)
    const pem = `${wrapPem('PUBLIC KEY', familyOf('international').spkiOf(secret))}${wrapPem('PUBLIC KEY', encodeSm2Spki(sm2PointOf(secret)))}${wrapPem('PUBLIC KEY', new Uint8Array(91))}`
    const keys = parseAnchorKeys(pem)
    expect(keys).toEqual([keyOf(secret), keyOf(secret, 'national')])
    expect(verifyJournal(text, keys, anchors)).toMatchObject({ intact: true, faults: [], anchors: anchors.length })
    expect(verifyJournal(text, [keys[0]!], anchors).faults.map((f) => f.kind)).toEqual(['anchor-key', 'anchor-key'])
    expect(verifyJournal(text, [keys[0]!, { ...keys[1]!, family: 'international' }], anchors).faults.map((f) => f.kind)).toEqual(['anchor-signature', 'anchor-signature'])
    const signature = (change: (s: string) => string): string => write(j.entries, at(anchors, 1, { ...anchors[1]!, signature: change(anchors[1]!.signature) }))
    for (const changed of [(s: string) => `${s.slice(0, -1)}${s.endsWith('0') ? '1' : '0'}`, (s: string) => s.slice(2), () => '', (s: string) => `${s}00`]) {
      expect(verifyJournal(signature(changed), keys).faults[0]).toMatchObject({ kind: 'anchor-signature', seq: anchors[1]!.toSeq })
    }
    const edited = write(at(j.entries, 30, { ...j.entries[30]!, body: '{}' }), anchors)
    expect(verifyJournal(edited, keys, anchors).faults[0]).toMatchObject({ seq: 31 })
  })

  it('J4 names a line that cannot be read instead of passing over it', () => {
    const j = journal(3)
    expect(verifyJournal(`${write(j.entries, j.anchors)}\n{"type":"entr`, KEYS, j.anchors).faults[0]).toMatchObject({ kind: 'unread' })
    expect(verifyJournal('', KEYS).intact).toBe(false)
  })

  it('J5 finds any line that was moved, doubled, left out or blanked, anchors included', () => {
    const next = chance(21)
    const j = journal(11)
    const lines = write(j.entries, j.anchors).split('\n')
    const pick = (): number => Math.floor(next() * lines.length)
    for (let n = 0; n < 60; n++) {
      const [a, b] = [pick(), pick()]
      const attacks = [at(at(lines, a, lines[b]!), b, lines[a]!), lines.toSpliced(a, 1), lines.toSpliced(b, 0, lines[a]!), lines.toSpliced(a, 0, '')]
      for (const [i, changed] of attacks.entries()) {
        if (changed.join('\n') === lines.join('\n')) continue
        expect(verifyJournal(changed.join('\n'), KEYS, j.anchors).intact, `attack ${i} at ${a}, ${b}`).toBe(false)
      }
    }
  })

  it('J5 finds any byte that was changed, at 600 places, and puts it within two entries', () => {
    const next = chance(22)
    const j = journal(12)
    const lines = write(j.entries, j.anchors).split('\n')
    for (let n = 0; n < 600; n++) {
      const i = 1 + Math.floor(next() * (lines.length - 1))
      const line = lines[i]!
      const c = Math.floor(next() * line.length)
      const other = String.fromCharCode(line.charCodeAt(c) ^ (1 << Math.floor(next() * 5)))
      const verdict = verifyJournal(at(lines, i, line.slice(0, c) + other + line.slice(c + 1)).join('\n'), KEYS, j.anchors)
      expect(verdict.intact, `line ${i + 1}, byte ${c}`).toBe(false)
      if (!line.startsWith('{"type":"entry"')) continue
      const seq = (JSON.parse(line) as Entry).seq
      expect(Math.abs(verdict.faults.filter((f) => f.kind !== 'count')[0]!.seq - seq), `line ${i + 1}, byte ${c}`).toBeLessThanOrEqual(2)
    }
  })

  it('J5 refuses an export that is dated before its closing anchor', () => {
    const j = journal(13)
    const text = [...exportLines('370600', j.entries, j.anchors, '2020-01-01T00:00:00.000Z')].join('\n')
    expect(verifyJournal(text, KEYS, j.anchors).faults).toMatchObject([{ kind: 'heading' }])
  })
})
