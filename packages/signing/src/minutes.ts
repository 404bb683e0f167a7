import { type CeremonyKind, type CeremonyState, type CeremonyView } from './ceremony.ts'
import { type Words } from './message.ts'

type Field = Words & { readonly value: string }

/** The minutes of a ceremony as text in both languages: what the press draws. */
export interface CeremonyMinutes {
  readonly office: string
  readonly kind: Words
  readonly state: Words
  readonly isDone: boolean
  readonly id: string
  readonly opened: string
  readonly digest: string
  readonly threshold: number
  readonly seats: number
  readonly subject: readonly Field[]
  readonly outcome: readonly Field[]
  readonly confirmations: CeremonyView['confirmations']
  readonly journal: { readonly seq: number; readonly hash: string }
  readonly keyStore: Words
  readonly isTrial: boolean
  readonly isDemonstration: boolean
}

export const CEREMONY_WORDS: Readonly<Record<CeremonyKind, Words>> = {
  found: { zh: '首次设立保管人', en: 'First set-up of custodians' }, activate: { zh: '启用密钥', en: 'Activation of keys' }, 'create-key': { zh: '生成密钥', en: 'Creation of a key' },
  'import-certificate': { zh: '导入证书', en: 'Import of a certificate' }, 'import-credential': { zh: '导入印章或条码证书', en: 'Import of a certificate for seals or bar codes' },
  'retire-key': { zh: '停用并销毁密钥', en: 'Retirement and destruction of a key' }, 'export-backup': { zh: '导出备份', en: 'Export of a backup' },
  'add-custodian': { zh: '增加保管人', en: 'A further custodian' }, 'replace-custodian': { zh: '更换保管人', en: 'Replacement of a custodian' },
}
export const CEREMONY_STATE_WORDS: Readonly<Record<CeremonyState, Words>> = {
  open: { zh: '待确认', en: 'waits' }, expired: { zh: '逾时', en: 'expired' }, done: { zh: '已完成', en: 'Done' }, failed: { zh: '未完成', en: 'Not done' },
}

const FIELD_WORDS: Readonly<Record<string, Words>> = {
  keyId: { zh: '密钥编号', en: 'Key id' }, use: { zh: '用途', en: 'Use' }, type: { zh: '类型', en: 'Type' }, fingerprint: { zh: '公钥指纹 SHA-256', en: 'Fingerprint of the public key, SHA-256' }, reason: { zh: '原因', en: 'Reason' },
  certificate: { zh: '证书指纹 SHA-256', en: 'Fingerprint of the certificate, SHA-256' }, authority: { zh: '签发者证书指纹 SHA-256', en: 'Fingerprint of its authority, SHA-256' }, custodians: { zh: '保管人', en: 'Custodians' },
  links: { zh: '链接证书指纹 SHA-256', en: 'Fingerprint of the link certificates, SHA-256' }, threshold: { zh: '所需人数', en: 'People it takes' }, epoch: { zh: '份额期次', en: 'Epoch of the shares' }, keys: { zh: '密钥数', en: 'Keys' }, name: { zh: '新保管人', en: 'New custodian' }, replaces: { zh: '被更换者', en: 'Replaced' },
  backup: { zh: '备份文件 SHA-256', en: 'Backup file, SHA-256' }, anchorKey: { zh: '锚点密钥编号', en: 'Id of the anchor key' }, code: { zh: '未完成代码', en: 'Code of why not' }, why: { zh: '说明', en: 'Why' }, settled: { zh: '核定', en: 'Settled' },
}
const wordsOf = (name: string): Words => FIELD_WORDS[name] ?? { zh: name, en: name }
const fields = (of: Readonly<Record<string, string>>): readonly Field[] => Object.entries(of).filter(([, value]) => value !== '').map(([name, value]) => ({ ...wordsOf(name), value }))

/** What the minutes of a ceremony say. What is known before stands once. */
export function ceremonyMinutes(c: CeremonyView, office: string): CeremonyMinutes {
  const outcome = Object.fromEntries(Object.entries(c.outcome).filter(([name, value]) => c.subject[name] !== value))
  return {
    office, kind: CEREMONY_WORDS[c.kind], state: CEREMONY_STATE_WORDS[c.state], isDone: c.state === 'done', id: c.id, opened: c.opened, digest: c.digest, threshold: c.threshold, seats: c.seats,
    subject: fields(c.subject), outcome: fields(outcome), confirmations: c.confirmations, journal: c.journal ?? { seq: 0, hash: '' },
    keyStore: c.keyStore === 'token' ? { zh: 'PKCS#11 令牌', en: 'PKCS#11 token' } : { zh: '加密密钥文件，仅供试用', en: 'encrypted key file, for trying out' },
    isTrial: c.keyStore === 'file' || c.demonstration, isDemonstration: c.demonstration,
  }
}

/** When the last person confirmed: the date of the minutes, so that they are the same bytes whenever they are drawn. */
export const minutesDate = (c: CeremonyView): Date => new Date(c.confirmations.at(-1)?.at ?? c.opened)
