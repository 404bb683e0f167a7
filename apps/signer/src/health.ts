import { type SignerHealth, type Words } from '@causeway/signing'
import { renderName } from 'icao9303'

import { mayUse } from './certificate.ts'
import { type Memory } from './memory.ts'
import { settingAt } from './setting.ts'

const KEEPERS = { file: '加密密钥文件，仅供试用 encrypted key file, for trying out', token: 'PKCS#11' } as const

/** What stands in the way of a signature, in words. */
function obstacles(m: Memory, now: Date): readonly Words[] {
  const says: Words[] = []
  const { custody, settings, leapt, book } = m.o
  if (!custody.isOpen()) says.push(...custody.obstacles())
  if (leapt()) says.push({ zh: '运行中时钟跳变，请核对后重新启动', en: 'the clock leapt while the signer ran: check it and start again' })
  const behind = new Date(book.newest() ?? 0).getTime() - now.getTime()
  if (behind > settingAt(settings, 'clockSeconds', now) * 1_000) says.push({ zh: '时钟早于日志最后一行', en: 'the clock stands before the newest line of the journal' })
  const a = m.active
  if (a === undefined) return [...says, { zh: '尚无签发证书', en: 'no document signer certificate yet' }]
  const use = mayUse(a, now)
  if (!use.ok) says.push(use.error.code === 'usage-period-over' ? { zh: '私钥使用期已过', en: 'the usage period of the key is over' } : { zh: '私钥使用期未到', en: 'the usage period of the key has not begun' })
  if (book.documents(a.key.id) >= settingAt(settings, 'documentsPerKey', now)) says.push({ zh: '密钥签发数已达上限', en: 'the quota of the key is reached' })
  return says
}

/** What does not stand in the way yet. */
function warnings(m: Memory, now: Date): readonly Words[] {
  const says: Words[] = [...m.o.custody.says()]
  const days = Math.floor(((m.active?.certificate.privateKeyUsage?.to?.getTime() ?? Infinity) - now.getTime()) / 86_400_000)
  if (days <= settingAt(m.o.settings, 'warnDays', now)) says.push({ zh: `私钥使用期还有 ${days} 天`, en: `the usage period of the key ends in ${days} days` })
  const late = (now.getTime() - new Date(m.lastAnchor?.at ?? 0).getTime()) / 60_000
  if (m.lastAnchor !== undefined && late > settingAt(m.o.settings, 'anchorAgeMinutes', now)) says.push({ zh: `日志锚点已过 ${Math.floor(late / 60)} 小时`, en: `anchor late: the newest is ${Math.floor(late / 60)} hours old` })
  return says
}

/** How the signer is, true in words. */
export function healthOf(m: Memory): SignerHealth {
  const now = m.o.clock.now()
  const says = obstacles(m, now)
  const ready = says.length === 0
  const { custody, book } = m.o
  const a = m.active
  return {
    ready, says: ready ? [{ zh: '可以签发', en: 'ready to sign' }, ...warnings(m, now)] : says,
    keyStore: KEEPERS[custody.kind], trying: custody.kind === 'file', activated: custody.isOpen(), signatures: book.count('sod'), anchorKey: m.anchorKey()?.key.publicPem ?? '',
    lastAnchor: m.lastAnchor && { number: m.lastAnchor.number, at: m.lastAnchor.at },
    ds: a && { serial: a.certificate.serial, subject: renderName(a.certificate.subject), usableUntil: a.certificate.privateKeyUsage!.to!.toISOString(), certificate: a.der },
  }
}
