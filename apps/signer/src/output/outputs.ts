import { anchorHash, type Anchor } from '@causeway/journal'
import { no, ok } from '@causeway/kernel'
import {
  type CardSecurityAnswer, type CardSecurityRequest, type CertificateRequestAnswer, type CredentialImport, type CredentialQuestion, type CredentialState, type EndorsementAnswer, type EndorsementQuestion, type EndorsementRequest,
  type EndorsementVerdict, type SealAnswer, type SealRequest, type VisibleSealAnswer, type VisibleSealRequest,
} from '@causeway/signing'

import { type Answer } from '../answer.ts'
import { base64 } from '../document.ts'
import { type Memory } from '../memory.ts'
import { askCertificate } from '../request.ts'
import { signCardSecurity } from './card-security.ts'
import { credentialState, takeCredential } from './credential.ts'
import { checkEndorsement, endorsementKeys, protectEndorsements } from './endorsement.ts'
import { sealPaper } from './seal.ts'
import { askTimeStamp, type TimeStampAuthority } from './time-stamp.ts'
import { sealVisibly } from './visible-seal.ts'

export interface AnchorStamp { readonly number: number; readonly token: string; readonly stampedAt: string }

/** What the signer makes besides EF.SOD. */
export interface Outputs {
  readonly seal: (r: SealRequest) => Promise<Answer<SealAnswer>>
  readonly visibleSeal: (r: VisibleSealRequest) => Promise<Answer<VisibleSealAnswer>>
  readonly endorsement: (r: EndorsementRequest) => Promise<Answer<EndorsementAnswer>>
  readonly checkEndorsement: (q: EndorsementQuestion) => Promise<Answer<EndorsementVerdict>>
  readonly endorsementKeys: () => Readonly<Record<string, string>>
  readonly cardSecurity: (r: CardSecurityRequest) => Promise<Answer<CardSecurityAnswer>>
  readonly credentials: () => readonly CredentialState[]
  readonly askCredential: (q: CredentialQuestion) => Promise<Answer<CertificateRequestAnswer>>
  readonly takeCredential: (r: CredentialImport) => Promise<Answer<CredentialState>>
  /** Has the newest anchor stamped by an authority for time stamps, once. */
  readonly stampAnchor: () => Promise<Answer<AnchorStamp>>
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** Another authority's word that an anchor was there: the hash of the anchor is what it sees. @source RFC 3161 */
async function stampAnchor(m: Memory, authority: TimeStampAuthority | undefined, inTurn: InTurn): Promise<Answer<AnchorStamp>> {
  const line = m.o.book.last('anchor')
  if (authority === undefined || line === undefined) return no({ code: 'not-found', at: authority === undefined ? 'time-stamp-authority' : 'anchor' })
  const before = m.o.book.find('stamp', String(line.number))
  if (before !== undefined) return ok({ number: before.number, token: before.token, stampedAt: before.stampedAt })
  const stamp = await askTimeStamp(authority, Buffer.from(anchorHash(JSON.parse(line.anchor) as Anchor), 'hex'))
  if (!stamp.ok) return stamp
  const made: AnchorStamp = { number: line.number, token: base64(stamp.value.token), stampedAt: stamp.value.info.at.toISOString() }
  return inTurn(async () => {
    // somebody else may have asked in the meantime: the first answer counts
    const first = m.o.book.find('stamp', String(line.number))
    if (first !== undefined) return ok({ number: first.number, token: first.token, stampedAt: first.stampedAt })
    m.o.book.write([{ kind: 'stamp', ...made, at: m.o.clock.now().toISOString() }])
    return Promise.resolve(ok(made))
  })
}

/** One after the other, apart from documents: an authority for time stamps that is slow must not stop the line. */
function openTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return async (work) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}

/** Opens the outputs. @param amongDocuments - in turn with the documents, for what uses their key */
export function openOutputs(m: Memory, amongDocuments: InTurn, authority: TimeStampAuthority | undefined): Outputs {
  const inTurn = openTurn()
  return {
    seal: async (r) => inTurn(async () => sealPaper(m, r, authority)),
    visibleSeal: async (r) => inTurn(async () => sealVisibly(m, r)),
    endorsement: async (r) => inTurn(async () => protectEndorsements(m, r)),
    checkEndorsement: async (q) => inTurn(async () => checkEndorsement(m, q)),
    endorsementKeys: () => endorsementKeys(m),
    cardSecurity: async (r) => amongDocuments(async () => signCardSecurity(m, r)),
    credentials: () => (['seal', 'bar-code'] as const).map((use) => credentialState(m, use)),
    askCredential: async (q) => inTurn(async () => askCertificate(m, q.use)),
    takeCredential: async (r) => inTurn(async () => takeCredential(m, r)),
    stampAnchor: async () => stampAnchor(m, authority, inTurn),
  }
}
