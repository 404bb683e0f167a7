import { type TrustAge, type TrustSettings, type TrustStanding } from '@causeway/contract'

/** A list or a certificate; `papers`: of those who seal papers, and no authority for documents; `endorsements`: a bare key of the office. */
export interface TrustFileText { readonly name: string; readonly base64: string; readonly use?: 'papers' | 'endorsements' }

/** Trust lists as the server hands them over: files as they are published, base64, and when they were last confirmed. */
export interface TrustOrder { readonly asOf: string; readonly settings: TrustSettings; readonly files: readonly TrustFileText[] }
/** What is held: the order, and the start of the hash of its files. */
export interface HeldTrust extends TrustOrder { readonly version: string }

const HOUR = 3_600_000

const WORDS: Readonly<Record<TrustAge, (ago: { readonly zh: string; readonly en: string }) => { readonly zh: string; readonly en: string }>> = {
  fresh: (a) => ({ zh: `最新：${a.zh}与国家端核对`, en: `fresh: confirmed by the national side ${a.en}` }),
  late: (a) => ({ zh: `偏旧：${a.zh}核对，国家端此后没有回应`, en: `late: confirmed ${a.en}; the national side has not answered since` }),
  stale: (a) => ({ zh: `过期：${a.zh}核对，不得据此判定为真`, en: `stale: confirmed ${a.en}; nothing is called genuine by these lists` }),
  none: () => ({ zh: '没有信任列表：尚未从国家端收到', en: 'no trust lists: none have come from the national side yet' }),
}

function ago(hours: number): { readonly zh: string; readonly en: string } {
  if (hours < 1) return { zh: '一小时内', en: 'within the hour' }
  if (hours < 48) return { zh: `${Math.floor(hours)} 小时前`, en: `${Math.floor(hours)} hours ago` }
  return { zh: `${Math.floor(hours / 24)} 天前`, en: `${Math.floor(hours / 24)} days ago` }
}

/** How old trust lists are at a moment, by the settings that came with them. Lists of the future are as old as they are ahead. */
export function standingOf(trust: HeldTrust | undefined, at: Date): TrustStanding {
  if (trust === undefined) return { version: '', age: 'none', says: WORDS.none({ zh: '', en: '' }) }
  const hours = Math.abs(at.getTime() - new Date(trust.asOf).getTime()) / HOUR
  const age = hours <= trust.settings.freshDays * 24 ? 'fresh' : hours <= trust.settings.lateDays * 24 ? 'late' : 'stale'
  return { version: trust.version, asOf: trust.asOf, age, hours: Math.floor(hours), says: WORDS[age](ago(hours)) }
}
