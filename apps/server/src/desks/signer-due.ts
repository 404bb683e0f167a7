import { type SignerDue } from '@causeway/contract'
import { ruleAt, type RuleKey, type RuleVersion } from '@causeway/journey'
import { type Day } from '@causeway/kernel'
import { type CeremonyKind, type CeremonyList, type CeremonyView, type SignerHealth, type SignerKey } from '@causeway/signing'

/** When an operator is told: before the signer's own limits, so that there is time to come together. */
export interface DueLimits { readonly days: number; readonly urgentDays: number; readonly quotaShare: number; readonly anchorMinutes: number }

/** The limits as the office has set them for a day. */
export function dueLimits(rules: readonly RuleVersion[], on: Day): DueLimits {
  const value = (key: RuleKey): number => ruleAt(rules, key, on).value
  return { days: value('signer.due.days'), urgentDays: value('signer.urgent.days'), quotaShare: value('signer.quota.share'), anchorMinutes: value('signer.anchor.minutes') }
}

/** What is known of the signer at a moment. `ends`: the certificates beside its keys, and when their use ends. */
export interface SignerFacts {
  readonly health: Pick<SignerHealth, 'activated' | 'lastAnchor' | 'ready'>
  readonly list: CeremonyList
  readonly keys: readonly SignerKey[]
  readonly ends: readonly { readonly use: string; readonly until: string }[]
  readonly now: Date
  readonly limits: DueLimits
}

const DAY = 86_400_000
const USE_WORDS: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  document: { zh: '签发证书', en: 'document signer certificate' }, seal: { zh: '印章证书', en: 'seal certificate' }, 'bar-code': { zh: '条码证书', en: 'bar code certificate' },
}
const due = (code: string, urgency: SignerDue['urgency'], [zh, en, command]: readonly [string, string, string?]): SignerDue => ({ code, urgency, says: { zh, en }, ...(command === undefined ? {} : { command: `causeway signer ${command}` }) })

function ofCustodians({ list, health }: SignerFacts): readonly SignerDue[] {
  const seats = list.custodians.length
  if (seats === 0) return [due('custody-not-founded', 'urgent', ['尚未设立保管人', 'no custodians are set up', 'found --threshold 2 --custodian … --custodian … --custodian …'])]
  return [
    ...(health.activated ? [] : [due('keys-not-activated', 'urgent', [`密钥尚未启用，须 ${list.threshold} 名保管人到场`, `keys are not activated: it takes ${list.threshold} custodians`, 'ceremony activate'])]),
    ...(list.demonstration ? [due('custodians-demonstration', 'note', ['保管人为演示所设，口令与密钥同处一处：仅供试用', 'the custodians are a demonstration’s, their passphrases lie beside the keys: for trying out'])] : []),
    ...(list.threshold === 1 ? [due('one-person', 'soon', ['一人即可启用密钥：没有第二人', 'one person alone activates the keys: there is no second one', 'found'])] : []),
    ...(!list.demonstration && seats === list.threshold ? [due('no-spare-custodian', 'soon', [`${seats} 名保管人须全部到场：缺一人即无法启用，请增加保管人`, `all ${seats} custodians must come: with one of them gone the keys stay closed; add one`, 'ceremony add-custodian --name …'])] : []),
  ]
}

/** What changes a backup: a key that it has not, or shares of another epoch. */
const CHANGES: readonly CeremonyKind[] = ['found', 'create-key', 'retire-key', 'add-custodian', 'replace-custodian']

const lastOf = (list: readonly CeremonyView[], kinds: readonly CeremonyKind[]): number => list.findLastIndex((c) => c.state === 'done' && kinds.includes(c.kind))

function ofCeremonies({ list, now }: SignerFacts): readonly SignerDue[] {
  const waiting = list.ceremonies.filter((c) => c.state === 'open' && new Date(c.expires) > now)
  const stale = lastOf(list.ceremonies, CHANGES) > lastOf(list.ceremonies, ['export-backup'])
  return [
    ...waiting.map((c) => due('ceremony-waits', 'soon', [`仪式 ${c.id} 待确认：已到 ${c.confirmations.length}/${c.threshold} 人`, `ceremony ${c.id} waits: ${c.confirmations.length} of ${c.threshold} people`, `confirm ${c.id} --custodian …`])),
    ...(stale ? [due('backup-missing', 'soon', ['密钥或保管人变更后尚未导出备份', 'no backup was exported since keys or custodians changed', 'ceremony export-backup --out FILE'])] : []),
  ]
}

function ofKeys({ keys, ends, now, limits }: SignerFacts): readonly SignerDue[] {
  const daysTo = (until: string): number => Math.floor((new Date(until).getTime() - now.getTime()) / DAY)
  const certificates = ends.filter((e) => daysTo(e.until) <= limits.days).map((e) => {
    const [w, days] = [USE_WORDS[e.use] ?? { zh: e.use, en: e.use }, daysTo(e.until)]
    const urgency = days <= limits.urgentDays ? 'urgent' : 'soon'
    return days < 0 ? due('certificate-over', urgency, [`${w.zh}已过使用期`, `the use of the ${w.en} is over`]) : due('certificate-ends', urgency, [`${w.zh}使用期还有 ${days} 天`, `the use of the ${w.en} ends in ${days} days`])
  })
  const quotas = keys.filter((k) => k.state === 'active' && k.quota !== undefined && k.documents >= k.quota * limits.quotaShare).map((k) => {
    const share = Math.floor((k.documents / k.quota!) * 100)
    return due('quota-near', share >= 95 ? 'urgent' : 'soon', [`密钥 ${k.id} 已用限额的 ${share}%`, `key ${k.id} has used ${share} % of its quota`, 'ceremony create-key --use document --type …'])
  })
  const waits = keys.filter((k) => k.use === 'document' && k.state === 'waiting').map((k) => due('key-waits', 'soon', [`密钥 ${k.id} 等待证书`, `key ${k.id} waits for its certificate`, 'request --out FILE']))
  const past = keys.filter((k) => k.state === 'replaced' && k.usableUntil !== undefined && new Date(k.usableUntil) < now).map((k) => due('key-past', 'note', [`密钥 ${k.id} 已被接替且使用期已过，可以停用`, `key ${k.id} is replaced and its use is over: it may be retired`, `ceremony retire-key --key ${k.id} --reason …`]))
  return [...certificates, ...quotas, ...waits, ...past]
}

function ofAnchor({ health, now, limits }: SignerFacts): readonly SignerDue[] {
  const at = health.lastAnchor?.at
  if (at === undefined) return [due('anchor-missing', 'soon', ['日志尚未锚定', 'the journal has no anchor yet'])]
  const minutes = Math.floor((now.getTime() - new Date(at).getTime()) / 60_000)
  return minutes > limits.anchorMinutes ? [due('anchor-late', 'soon', [`最近锚点已过 ${Math.floor(minutes / 60)} 小时；有新业务而仍不锚定时将停止签发`, `the newest anchor is ${Math.floor(minutes / 60)} hours old: signing stops if none follows new work`])] : []
}

const ORDER: readonly SignerDue['urgency'][] = ['urgent', 'soon', 'note']

/** What is due at the signer, the urgent first. */
export function signerDue(f: SignerFacts): readonly SignerDue[] {
  const software = f.list.keyStore === 'file' ? [due('keys-in-file', 'note', ['密钥存于加密文件：仅供试用，正式使用须用令牌', 'the keys lie in an encrypted file: for trying out; real use takes a token'])] : []
  return [...ofCustodians(f), ...ofKeys(f), ...ofAnchor(f), ...ofCeremonies(f), ...software].sort((a, b) => ORDER.indexOf(a.urgency) - ORDER.indexOf(b.urgency))
}
