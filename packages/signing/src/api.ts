import { Type, type TSchema } from 'typebox'

import { CarryOut, CeremonyOrder, Confirmation, Founding } from './ceremony.ts'
import { EndorsementQuestion, EndorsementRequest } from './endorsement.ts'
import { AnchorRequest, CertificateImport, MessageRequest, SIGNER_RULES, SodBatch, SodRequest, type SignerRefusal, type Words } from './message.ts'
import { CardSecurityRequest, CredentialImport, CredentialQuestion, SealRequest, VisibleSealRequest } from './seal.ts'

/** One route of the signer: what it does, what it takes, what it refuses beside a body that is not of its form. */
export interface ApiRoute {
  readonly says: Words
  readonly body?: TSchema
  readonly query?: Readonly<Record<string, Words>>
  readonly refuses?: readonly SignerRefusal[]
  /** The media type of an answer that is no JSON. */
  readonly plain?: string
}

const words = (zh: string, en: string): Words => ({ zh, en })
const SIGNING: readonly SignerRefusal[] = [
  'request-reused', 'busy', 'keys-not-activated', 'no-certificate', 'usage-period-over', 'usage-period-ahead', 'quota-reached', 'algorithm-not-allowed', 'document-type-not-allowed', 'dg1-unreadable',
  'dg1-check-digit', 'dg1-field', 'dg1-differs', 'document-expired', 'data-group-unknown', 'data-group-unread', 'hash-length', 'chip-key-differs', 'number-signed-before', 'not-authorised', 'authority-differs',
  'authority-old', 'anchor-stale', 'clock-back', 'clock-jumped', 'own-output-wrong', 'token-fault', 'other-office',
]

/** What every other output is refused by. */
const ACTING: readonly SignerRefusal[] = [
  'request-reused', 'keys-not-activated', 'not-authorised', 'authority-differs', 'authority-old', 'anchor-stale', 'clock-back', 'clock-jumped', 'own-output-wrong', 'token-fault', 'other-office',
]
/** What a ceremony may be refused for once it is opened. */
const STANDING: readonly SignerRefusal[] = ['ceremony-unknown', 'ceremony-over', 'ceremony-expired', 'ceremony-changed']

/** Every route of the signer, by method and path. The signer answers these and no others. */
export const SIGNER_API = {
  'GET /v1/health': { says: words('状况：能否签发，不能时原因何在', 'How it is: whether it signs, and what stands in the way') },
  'GET /v1/keys': { says: words('密钥的公开部分、状态、使用次数与期限', 'Public halves of the keys, their states, uses and periods') },
  'GET /v1/journal': { says: words('签发服务器自己的日志，按序号分页', 'The signer’s own journal, page by page'), query: { from: words('起始序号', 'the first number'), limit: words('行数，至多 1000', 'lines, 1,000 at most') } },
  'GET /v1/openapi.json': { says: words('本接口说明', 'This description') },
  'GET /metrics': { says: words('Prometheus 指标', 'Measurements for Prometheus'), plain: 'text/plain' },
  'POST /v1/sod': { says: words('签发一个 EF.SOD；同一请求号永远得到同样的字节', 'Signs one EF.SOD; the same request id gets the same bytes for ever'), body: SodRequest, refuses: SIGNING },
  'POST /v1/sods': { says: words('成批签发，每件各有答复', 'Signs many, each with an answer of its own'), body: SodBatch, refuses: SIGNING },
  'POST /v1/anchor': { says: words('复算日志链并签署锚点', 'Computes the chain of the office’s journal and signs its end'), body: AnchorRequest, refuses: ['other-office', 'chain-broken', 'keys-not-activated', 'token-fault'] },
  'POST /v1/message': { says: words('签署发往国家一侧的报文', 'Signs a numbered message for the national side'), body: MessageRequest, refuses: ['other-office', 'message-differs', 'keys-not-activated', 'token-fault'] },
  'POST /v1/certificate-request': { says: words('为待用密钥生成证书请求', 'A certificate request for the key that waits for one'), body: Type.Optional(Type.Object({}, { additionalProperties: false })), refuses: ['keys-not-activated', 'token-fault'] },
  'POST /v1/certificate': { says: words('导入国家一侧签发的证书（仅试用模式；其他情形须经仪式）', 'Takes a certificate of the national side (in a trial only; else by a ceremony)'), body: CertificateImport, refuses: ['certificate-unfit', 'authority-unknown', 'ceremony-needed'] },
  'POST /v1/seal': { says: words('在批件上加盖电子印章（PAdES），设有时间戳机构时带时间戳', 'Sets the approval seal on a paper (PAdES), with a time stamp where an authority is set'), body: SealRequest, refuses: [...ACTING, 'no-certificate', 'usage-period-over', 'usage-period-ahead', 'seal-number-used', 'time-stamp-missing'] },
  'POST /v1/visible-seal': { says: words('生成批件的可见数字印封', 'Makes the visible digital seal of an approval'), body: VisibleSealRequest, refuses: [...ACTING, 'no-certificate', 'usage-period-over', 'usage-period-ahead', 'seal-number-used', 'endorsement-dates'] },
  'POST /v1/endorsement': { says: words('生成签注校验值与数字印封', 'Makes the check values of endorsements, and their visible digital seals'), body: EndorsementRequest, refuses: [...ACTING, 'no-certificate', 'document-type-not-allowed', 'endorsement-dates', 'endorsement-number-used', 'zone-differs'] },
  'POST /v1/endorsement-check': { says: words('核对签注校验值', 'Tells whether a check value is ours'), body: EndorsementQuestion, refuses: ['keys-not-activated', 'token-fault'] },
  'GET /v1/endorsement-keys': { says: words('核验签注签名的公钥', 'Public keys by which anybody checks signatures of endorsements') },
  'POST /v1/card-security': { says: words('签发 EF.CardSecurity', 'Signs EF.CardSecurity'), body: CardSecurityRequest, refuses: [...ACTING, 'no-certificate', 'usage-period-over', 'usage-period-ahead', 'quota-reached', 'card-security-unread', 'chip-key-differs'] },
  'GET /v1/credentials': { says: words('印章与条码密钥的证书', 'Certificates of the keys for seals and bar codes') },
  'POST /v1/credential-request': { says: words('为印章或条码密钥生成证书请求', 'A certificate request for a key of seals or bar codes'), body: CredentialQuestion, refuses: ['keys-not-activated', 'ceremony-needed', 'token-fault'] },
  'POST /v1/credential': { says: words('导入印章或条码证书（仅试用模式；其他情形须经仪式）', 'Takes a certificate for a key of seals or bar codes (in a trial only; else by a ceremony)'), body: CredentialImport, refuses: ['certificate-unfit', 'authority-unknown', 'ceremony-needed'] },
  'POST /v1/anchor-stamp': { says: words('为最新锚点取时间戳', 'Has the newest anchor stamped by an authority for time stamps'), body: Type.Optional(Type.Object({}, { additionalProperties: false })) },
  'GET /v1/ceremonies': { says: words('仪式记录', 'The ceremonies, or one of them'), query: { id: words('仪式编号', 'the ceremony') } },
} as const satisfies Readonly<Record<string, ApiRoute>>
export type SignerRoute = keyof typeof SIGNER_API

/** What custodians ask, at a socket in the signer's own folder that no server may reach. */
export const CUSTODIAN_API = {
  'GET /v1/health': SIGNER_API['GET /v1/health'],
  'GET /v1/keys': SIGNER_API['GET /v1/keys'],
  'GET /v1/ceremonies': SIGNER_API['GET /v1/ceremonies'],
  'POST /v1/certificate-request': SIGNER_API['POST /v1/certificate-request'],
  'POST /v1/credential-request': SIGNER_API['POST /v1/credential-request'],
  'POST /v1/ceremonies/found': { says: words('首次设立保管人', 'The first set-up of custodians'), body: Founding, refuses: ['custody-founded', 'custodians-invalid', 'credential-weak', 'pin-needed', 'ceremony-changed', 'token-fault'] },
  'POST /v1/ceremonies/open': { says: words('发起仪式', 'Opens a ceremony'), body: CeremonyOrder, refuses: ['custody-not-founded', 'ceremony-changed', 'busy', 'key-unknown', 'key-retired', 'custodian-unknown', 'custodian-exists', 'credential-weak'] },
  'POST /v1/ceremonies/confirm': { says: words('保管人确认', 'A custodian stands for it'), body: Confirmation, refuses: [...STANDING, 'same-person', 'custodian-unknown', 'credential-wrong', 'credential-locked'] },
  'POST /v1/ceremonies/carry-out': { says: words('人数已足，执行', 'Carries it out when enough have'), body: CarryOut, refuses: [...STANDING, 'second-person-missing'] },
} as const satisfies Readonly<Record<string, ApiRoute>>
export type CustodianRoute = keyof typeof CUSTODIAN_API

const Refusal = Type.Object({
  code: Type.String(), at: Type.Optional(Type.String()), rule: Type.Optional(Type.String()),
  details: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Array(Type.String())]))),
})
const json = (schema: TSchema): object => ({ content: { 'application/json': { schema } } })

function operationOf(name: string, r: ApiRoute): object {
  const rules = (r.refuses ?? []).map((code) => `- \`${code}\`: ${SIGNER_RULES[code]}`)
  const takes = r.body !== undefined
  return {
    operationId: name.replace(/\W+/g, '-').replace(/-$/, '').toLowerCase(), summary: r.says.en, description: [r.says.zh, ...rules].join('\n'),
    ...(r.query === undefined ? {} : { parameters: Object.entries(r.query).map(([q, says]) => ({ name: q, in: 'query', required: false, description: `${says.zh} ${says.en}`, schema: { type: 'string' } })) }),
    ...(takes ? { requestBody: { required: true, ...json(r.body!) } } : {}),
    responses: {
      200: { description: 'done', ...(r.plain === undefined ? { content: { 'application/json': {} } } : { content: { [r.plain]: {} } }) },
      ...(takes ? { 400: { description: 'the body is no JSON', ...json(Refusal) }, 413: { description: 'the body has more than 32 MB', ...json(Refusal) }, 422: { description: 'refused', ...json(Refusal) } } : {}),
      ...(r.refuses?.includes('busy') === true ? { 503: { description: 'too many wait: ask again after the seconds of Retry-After', ...json(Refusal) } } : {}),
    },
  }
}

/** The signer's API as OpenAPI 3.1. */
export function signerOpenApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const [name, route] of Object.entries<ApiRoute>({ ...CUSTODIAN_API, ...SIGNER_API })) {
    const [method, path] = name.split(' ') as [string, string]
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(name, route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: '证件安全签发服务器 Document security server', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }, description: 'Over a Unix socket, or TLS 1.3 with certificates on both sides. Every signature is made for an act of the anchored journal. Ceremonies are held at custodian.sock, in the signer’s own folder, and nowhere else.' },
    paths,
  }
}
