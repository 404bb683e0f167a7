import { beforeAll, describe, expect, it } from 'vitest'

import { day, documentSigner, ecPair, generation, read, rsaPair, serial, span, UTOPIA, type Generation } from '../../../../test/utopia.ts'
import {
  buildCrl, buildDs, buildLink, checkRevocation, findPath, parseCrl, readTrust, renderName, revokedAuthority,
  type Certificate, type Crl, type PathVerdict, type Trust,
} from '../index.ts'
import { nodeCrypto } from '../node.ts'
import { missingAnchor } from './anchor.ts'

const crypto = nodeCrypto()
const at = day('2024-02-01')
const NONE: Trust = { anchors: [], links: [], signers: [], crls: [] }

let g1: Generation
let g2: Generation
let g3: Generation
let renamed: Generation
let ds: Certificate

const linkOf = async (to: Generation, by: Generation, from = '2024-01-01'): Promise<Certificate> => read(
  await buildLink({ root: to.root, serial: serial(), validity: span(from, '2035-04-01') }, by.root, by.pair.signer, crypto)
)
const listBy = async (
  g: Generation,
  more: { readonly revoked?: readonly string[]; readonly from?: string; readonly to?: string; readonly former?: Certificate } = {},
): Promise<Crl> => parseCrl(await buildCrl({
  number: 1, thisUpdate: day(more.from ?? '2024-01-15'), nextUpdate: day(more.to ?? '2024-04-01'),
  revoked: (more.revoked ?? []).map((s) => ({ serial: s, at: day('2024-01-10') })),
  ...(more.former === undefined ? {} : { formerNames: [more.former.subject] }),
}, g.root, g.pair.signer))!
const way = async (c: Certificate, trust: Partial<Trust>, when = at): Promise<PathVerdict> =>
  findPath(c, { ...NONE, ...trust }, { at: when, crypto })
const look = async (trust: Partial<Trust>, when = at) => (await checkRevocation(ds, { ...NONE, ...trust }, { at: when, crypto }))
const serials = (v: PathVerdict): unknown => (v.outcome === 'passed' ? v.path.map((c) => c.serial) : v.says)

beforeAll(async () => {
  g1 = await generation({}, crypto)
  g2 = await generation({ from: '2024-01-01', useTo: '2029-01-01', pair: ecPair('brainpoolP384r1', 'SHA-384') }, crypto)
  g3 = await generation(
    { from: '2024-01-01', useTo: '2029-01-01', pair: rsaPair({ kind: 'rsa-pss', hash: 'SHA-256', mgfHash: 'SHA-256', salt: 32 }) },
    crypto,
  )
  renamed = await generation({ name: 'CSCA-UTO of the year 24', from: '2024-01-01', useTo: '2029-01-01' }, crypto)
  ds = await documentSigner(g1, crypto)
})

describe('ways to an anchor', () => {
  it('K19 leads over links: old key to new, new to old, several generations, EC and RSA, a change of name', async () => {
    const [l12, l23, l21, l1r] = [await linkOf(g2, g1), await linkOf(g3, g2), await linkOf(g1, g2), await linkOf(renamed, g1)]
    const [ds2, ds3, dsR] = [await documentSigner(g2, crypto), await documentSigner(g3, crypto), await documentSigner(renamed, crypto)]
    expect(serials(await way(ds, { anchors: [g1.root] }))).toEqual([g1.root.serial])
    expect(serials(await way(ds2, { anchors: [g1.root], links: [l12] }))).toEqual([l12.serial, g1.root.serial])
    expect(serials(await way(ds3, { anchors: [g1.root], links: [l23, l12] }))).toEqual([l23.serial, l12.serial, g1.root.serial])
    expect(serials(await way(ds, { anchors: [g2.root], links: [l21] }))).toEqual([l21.serial, g2.root.serial])
    const verdict = await way(dsR, { anchors: [g1.root], links: [l1r] })
    expect([serials(verdict), verdict.outcome === 'passed' && verdict.notes]).toEqual([[l1r.serial, g1.root.serial], []])
    // the key identifier tells which of two with one name to ask first: one signature is looked at, not two
    let looked = 0
    const counting = { ...crypto, verify: (x: Parameters<typeof crypto.verify>[0]) => { looked += 1; return crypto.verify(x) } }
    for (const anchors of [[g1.root, g2.root], [g2.root, g1.root]]) {
      looked = 0
      await findPath(ds, { ...NONE, anchors }, { at, crypto: counting })
      expect(looked).toBe(1)
    }
    // the shortest way is taken where there are two
    expect(serials(await way(ds2, { anchors: [g1.root, g2.root], links: [l12] }))).toEqual([g2.root.serial])
  })

  it('K20 ends where links lead in a circle, and says which anchor is missing (row 38)', async () => {
    const [l12, l21] = [await linkOf(g2, g1), await linkOf(g1, g2)]
    const verdict = await way(ds, { links: [l21, l12] })
    expect([verdict.outcome, verdict.outcome !== 'passed' && verdict.troubles]).toEqual(['not-done', ['no-anchor']])
  })

  it('K21 says of a missing anchor its country, name and key, and what came near (row 38)', async () => {
    const nothing = await way(ds, {})
    if (nothing.outcome === 'passed') throw new Error('passed')
    expect([nothing.outcome, nothing.missing]).toEqual([
      'not-done', { country: 'UT', name: renderName(g1.root.subject), keyId: g1.root.subjectKeyId, near: [] },
    ])
    expect(nothing.says).toBe(`no trust anchor is at hand for ${renderName(g1.root.subject)} (key ${g1.root.subjectKeyId!})`)
    // the same key under another name
    const other = { ...g1.root, subject: renamed.root.subject }
    const key = await way(ds, { anchors: [other] })
    expect([key.outcome, key.outcome !== 'passed' && key.missing.near.map((n) => n.why)]).toEqual(['not-done', ['same-key-other-name']])
    expect(key.outcome !== 'passed' && key.says).toContain(
      `the key ${g1.root.subjectKeyId!} is at hand under the name ${renderName(renamed.root.subject)}`
    )
    // the same name with another key: an unknown generation, or somebody who took the name
    const name = await way(ds, { anchors: [g2.root, renamed.root] })
    expect([
      name.outcome, name.outcome !== 'passed' && [name.troubles, name.missing.near.map((n) => n.why)],
    ]).toEqual(['failed', [['signature'], ['same-name-other-key', 'same-country']]])
    if (name.outcome === 'passed') throw new Error('passed')
    expect(name.missing.near.map((n) => n.says)).toEqual([
      `${renderName(g2.root.subject)} is at hand with the key ${g2.root.subjectKeyId!}, valid from 2024-01-01`,
      `of UT there is ${renderName(renamed.root.subject)}`,
    ])
    // what came nearest stands first; others than of the State do not count, nor a key without a name for it
    const pool = [renamed.root, g2.root, { ...other, subjectKeyId: g1.root.subjectKeyId }]
    expect(missingAnchor(ds, pool).near.map((n) => n.why)).toEqual(['same-key-other-name', 'same-name-other-key', 'same-country'])
    const foreign = await generation({ authority: { ...UTOPIA, country: 'XX' }, name: 'X' }, crypto)
    expect(missingAnchor(ds, [foreign.root, ds, g1.root]).near).toEqual([])
    const nameless = {
      ...ds, issuer: { der: new Uint8Array(0), parts: ds.issuer.parts.filter((p) => p.oid !== '2.5.4.6') },
      authorityKeyId: undefined,
    }
    expect(
      missingAnchor(nameless, [renamed.root, foreign.root, { ...g1.root, subjectKeyId: undefined }])
    ).toMatchObject({ country: undefined, keyId: undefined, near: [] })
    expect(missingAnchor(ds, [{ ...g1.root, subjectKeyId: undefined }]).near.map((n) => n.says)).toEqual([
      `${renderName(g1.root.subject)} is at hand with the key unnamed, valid from 2020-01-01`,
    ])
    // a link that leads to an anchor which is not there
    const link = await linkOf(g2, g1)
    const open = await way(await documentSigner(g2, crypto), { links: [link] })
    expect([open.outcome, open.outcome !== 'passed' && open.missing.keyId]).toEqual(['not-done', g1.root.subjectKeyId])
    expect(open.outcome !== 'passed' && open.says).toContain('to which 1 link leads')
  })

  it('K22 wants an issuer that was valid when the document was signed, and when a link was made (row 25)', async () => {
    const late = await generation({ from: '2024-01-01', to: '2024-06-01' }, crypto)
    const its = await documentSigner(late, crypto)
    const outcomes = async (when: string) => {
      const v = await way(its, { anchors: [late.root] }, new Date(when))
      return [v.outcome, v.outcome !== 'passed' && v.troubles]
    }
    expect(await outcomes('2023-12-31T23:59:59Z')).toEqual(['failed', ['not-valid']])
    expect(await outcomes('2024-01-01T00:00:00Z')).toEqual(['passed', false])
    expect(await outcomes('2024-06-01T00:00:00Z')).toEqual(['passed', false])
    expect(await outcomes('2024-06-01T00:00:01Z')).toEqual(['failed', ['not-valid']])
    // the old root has ended since, the link was made while it was valid
    const old = await generation({ to: '2024-01-01' }, crypto)
    const [made, tooLate] = [await linkOf(g2, old, '2024-01-01'), await linkOf(g2, old, '2024-01-02')]
    const ds2 = await documentSigner(g2, crypto)
    expect((await way(ds2, { anchors: [old.root], links: [made] }, day('2026-01-01'))).outcome).toBe('passed')
    expect((await way(ds2, { anchors: [old.root], links: [tooLate] }, day('2026-01-01'))).outcome).toBe('failed')
  })

  it.each([
    ['no key usage', { keyUsage: undefined, without: '2.5.29.15' }],
    ['no keyCertSign', { keyUsage: ['cRLSign'] }],
    ['no basic constraints', { isCa: false, without: '2.5.29.19' }], ['not an authority', { isCa: false }],
    ['another version', { version: 1 }],
  ] as const)('K23 does not lead to an issuer with %s (row 25)', async (_, fault) => {
    const extensions = new Map(g1.root.extensions)
    if ('without' in fault) extensions.delete(fault.without)
    const { without: __, ...more } = { without: '', ...fault }
    const verdict = await way(ds, { anchors: [{ ...g1.root, ...more, extensions }] })
    expect([verdict.outcome, verdict.outcome !== 'passed' && verdict.troubles]).toEqual(['failed', ['not-authority']])
    expect((await way(ds, { anchors: [g1.root] })).outcome).toBe('passed')
  })

  it('K24 takes explicit parameters of a curve, which other libraries refuse (row 26)', async () => {
    const [e, n] = [g1.root, g1.root.curve]
    expect([n, (await way(ds, { anchors: [e] })).outcome, ds.curve]).toEqual([
      { name: 'P-256', explicit: true }, 'passed', { name: 'P-256', explicit: true },
    ])
  })

  it('K25 names what is odd on the way and goes on: key identifiers, use of keys, names that change without a word', async () => {
    const notes = async (c: Certificate, trust: Partial<Trust>) => {
      const v = await way(c, trust)
      return v.outcome === 'passed' ? v.notes.map((x) => x.code) : v.says
    }
    expect(await notes(ds, { anchors: [{ ...g1.root, subjectKeyId: 'ff' }] })).toEqual(['key-identifier-differs'])
    expect(
      await notes(ds, { anchors: [{ ...g1.root, privateKeyUsage: { from: day('2020-01-01'), to: day('2023-12-31') } }] })
    ).toEqual(['issuer-key-use'])
    expect(
      await notes(ds, { anchors: [{ ...g1.root, privateKeyUsage: { from: day('2024-01-02'), to: undefined } }] })
    ).toEqual(['issuer-key-use'])
    expect(await notes(ds, { anchors: [{ ...g1.root, privateKeyUsage: { from: day('2024-01-01'), to: day('2024-01-01') } }] })).toEqual([])
    const link = await linkOf(renamed, g1)
    const silent = { ...link, extensions: new Map([...link.extensions].filter(([id]) => id !== '2.23.136.1.1.6.1')) }
    expect(await notes(await documentSigner(renamed, crypto), { anchors: [g1.root], links: [silent] })).toEqual(['name-change-unmarked'])
  })

  it('K26 a State cannot certify for another: an issuer of another country leads nowhere', async () => {
    const foreign = await generation({ authority: { ...UTOPIA, country: 'XX' } }, crypto)
    const forged = read(
      await buildDs(
        {
          authority: UTOPIA, commonName: 'DS', spki: ecPair().spki, serial: serial(), documentTypes: ['P'],
          validity: span('2024-01-01', '2034-01-01'), keyUse: span('2024-01-01', '2024-04-01'),
        },
        { ...foreign.root, subject: g1.root.subject }, foreign.pair.signer, crypto,
      )
    )
    expect((await way(forged, { anchors: [g1.root, foreign.root] })).outcome).toBe('failed')
    const link = await linkOf(renamed, foreign)
    const verdict = await way(await documentSigner(renamed, crypto), { anchors: [foreign.root], links: [link] })
    expect([verdict.outcome, verdict.outcome !== 'passed' && verdict.troubles]).toEqual(['failed', ['not-authority']])
  })
})

describe('revocation', () => {
  it('K27 counts a list that is current, by any trusted key of the authority, also under the name that it has now', async () => {
    const l12 = await linkOf(g2, g1)
    const l1r = await linkOf(renamed, g1)
    const anchors = [g1.root]
    expect(await look({ anchors, crls: [await listBy(g1)] })).toEqual({
      outcome: 'passed', says: 'not in the revocation list of 2024-01-15', reason: { code: 'crl-clear', values: { day: '2024-01-15' } },
    })
    expect((await look({ anchors, links: [l12], crls: [await listBy(g2)] })).outcome).toBe('passed')
    expect((await look({ anchors, crls: [await listBy(g2)] })).outcome).toBe('not-done')
    expect((await look({ anchors, links: [l1r], crls: [await listBy(renamed)] })).outcome).toBe('passed')
    expect((await look({ anchors: [g1.root, renamed.root], crls: [await listBy(renamed)] })).outcome).toBe('not-done')
    expect((await look({ anchors: [g1.root, renamed.root], crls: [await listBy(renamed, { former: g1.root })] })).outcome).toBe('passed')
    const foreign = await generation({ name: 'X', authority: { ...UTOPIA, country: 'XX' } }, crypto)
    expect((await look({ anchors: [g1.root, foreign.root], crls: [await listBy(foreign, { former: g1.root })] })).outcome).toBe('not-done')
  })

  it('K28 believes that a certificate is revoked whatever the age of the list, that it is not only a current one', async () => {
    const anchors = [g1.root]
    const revoked = [ds.serial]
    const says = async (crls: Crl[], when?: string) => {
      const v = await look({ anchors, crls }, when === undefined ? at : new Date(when))
      return [v.outcome, /revoked|stale|after|not in|no revocation/.exec(v.says)?.[0]]
    }
    expect(await says([])).toEqual(['not-done', 'no revocation'])
    expect(await says([await listBy(g1, { revoked })])).toEqual(['failed', 'revoked'])
    expect(
      await says([await listBy(g1, { revoked, from: '2023-01-01', to: '2023-03-01' }), await listBy(g1)])
    ).toEqual(['failed', 'revoked'])
    expect(await says([await listBy(g1, { revoked, from: '2025-01-01', to: '2025-03-01' })])).toEqual(['failed', 'revoked'])
    const list = await listBy(g1)
    expect(await says([list], '2024-01-14T23:59:59Z')).toEqual(['not-done', 'after'])
    expect(await says([list], '2024-01-15T00:00:00Z')).toEqual(['passed', 'not in'])
    expect(await says([list], '2024-04-01T00:00:00Z')).toEqual(['passed', 'not in'])
    expect(await says([list], '2024-04-01T00:00:01Z')).toEqual(['not-done', 'stale'])
    expect(await says([{ ...list, nextUpdate: undefined }])).toEqual(['not-done', 'stale'])
    expect(
      (await look({ anchors, crls: [{ ...list, nextUpdate: undefined }] })).says
    ).toBe('the revocation list is stale: its next update was due on an unknown day')
    // of several the newest that is not of the future counts
    const [older, newer, future] = [
      await listBy(g1, { from: '2024-01-10', to: '2024-01-20' }), list,
      await listBy(g1, { from: '2024-03-01', to: '2024-05-01' }),
    ]
    for (const crls of [[older, newer, future], [future, newer, older]]) expect(await look({ anchors, crls })).toEqual({
      outcome: 'passed', says: 'not in the revocation list of 2024-01-15', reason: { code: 'crl-clear', values: { day: '2024-01-15' } },
    })
    expect(
      (await look({ anchors, crls: [future, await listBy(g1, { from: '2024-02-15', to: '2024-05-01' })] })).says
    ).toContain('dated 2024-03-01')
    // a key that may sign lists, by its usage or because it has none
    expect((await look({ anchors: [{ ...g1.root, keyUsage: undefined }], crls: [list] })).outcome).toBe('passed')
    expect((await look({ anchors: [{ ...g1.root, keyUsage: ['keyCertSign'] }], crls: [list] })).outcome).toBe('not-done')
    expect((await look({ anchors, crls: [{ ...list, whole: false }] })).outcome).toBe('not-done')
  })

  it('K29 an authority that is revoked takes all that it issued with it', async () => {
    const l12 = await linkOf(g2, g1)
    const trust = { ...NONE, anchors: [g1.root], links: [l12], crls: [await listBy(g1, { revoked: [g1.root.serial] })] }
    expect(await revokedAuthority([l12, g1.root], trust, crypto)).toContain(`(${g1.root.serial}) was revoked on 2024-01-10`)
    expect(await revokedAuthority([l12, g1.root], { ...trust, crls: [await listBy(g1, { revoked: ['77'] })] }, crypto)).toBeUndefined()
    const rogue = await generation({}, crypto)
    expect(
      await revokedAuthority([g1.root], { ...trust, crls: [await listBy(rogue, { revoked: [g1.root.serial] })] }, crypto)
    ).toBeUndefined()
    expect(
      await revokedAuthority([l12], { ...trust, crls: [await listBy(g1, { revoked: [l12.serial] })] }, crypto)
    ).toContain('was revoked')
  })
})

it('K30 trust material is sorted by what it is', async () => {
  const link = await linkOf(g2, g1)
  const bytes = (c: { readonly der: Uint8Array }, name: string) => ({ name, bytes: c.der })
  const { trust, unread, read: seen } = await readTrust(
    [bytes(g1.root, 'a'), bytes(link, 'b'), bytes(ds, 'c'), bytes(await listBy(g1), 'd'), { name: 'e', bytes: new Uint8Array([1, 2, 3]) }],
    crypto,
  )
  expect(
    [trust.anchors, trust.links, trust.signers].map((l) => l.map((c) => c.serial))
  ).toEqual([[g1.root.serial], [link.serial], [ds.serial]])
  expect([trust.crls.length, trust.deviations, unread, seen]).toEqual([
    1, [], ['e'], ['a: certificate', 'b: certificate', 'c: certificate', 'd: revocation list'],
  ])
})
