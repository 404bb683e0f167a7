import { type Crypto } from '../crypto.ts'
import { isSignedBy, type Certificate } from './certificate.ts'
import { countryOf, foldName, type Name } from './name.ts'

/**
 * Where the key is that signed a CSCA certificate. `self`: it is its own. `listed`: it stands beside it under the name
 * of the issuer. `other-form`: so it does, but for string types or letter case. `other-name`: the key is there under
 * another name. `orphan`: it is not there.
 */
export type KinshipKind = 'self' | 'listed' | 'other-form' | 'other-name' | 'orphan'

export interface Kinship { readonly certificate: Certificate; readonly kind: KinshipKind; readonly issuer: Certificate | undefined }

const plain = (n: Name): string => n.parts.map((p) => `${p.oid}=${p.value}`).join('|')

function grouped(pool: readonly Certificate[], key: (c: Certificate) => string): ReadonlyMap<string, readonly Certificate[]> {
  const map = new Map<string, Certificate[]>()
  for (const c of pool) {
    const list = map.get(key(c))
    if (list === undefined) map.set(key(c), [c])
    else list.push(c)
  }
  return map
}

/** Tells of each certificate who in the same pool signed it: the family tree of a master list. */
export async function kinshipOf(
  certificates: readonly Certificate[], pool: readonly Certificate[], crypto: Crypto,
): Promise<readonly Kinship[]> {
  const byName = grouped(pool, (c) => foldName(c.subject))
  const byCountry = grouped(pool, (c) => countryOf(c.subject)?.toUpperCase() ?? '')
  const signerIn = async (c: Certificate, among: readonly Certificate[]): Promise<Certificate | undefined> => {
    for (const i of among) if (await isSignedBy(c, i, crypto)) return i
    return undefined
  }
  const kin: Kinship[] = []
  for (const c of certificates) {
    if (
      foldName(c.subject) === foldName(c.issuer) && await isSignedBy(c, c, crypto)
    ) { kin.push({ certificate: c, kind: 'self', issuer: c }); continue }
    const named = byName.get(foldName(c.issuer)) ?? []
    const listed = await signerIn(c, named.filter((i) => plain(i.subject) === plain(c.issuer)))
    const formed = listed ?? await signerIn(c, named.filter((i) => plain(i.subject) !== plain(c.issuer)))
    const other = formed ?? await signerIn(c, byCountry.get(countryOf(c.issuer)?.toUpperCase() ?? '') ?? [])
    kin.push({
      certificate: c,
      kind: listed !== undefined ? 'listed' : formed !== undefined ? 'other-form' : other !== undefined ? 'other-name' : 'orphan',
      issuer: other,
    })
  }
  return kin
}
