import { type Statistics, type RuleRow } from '@causeway/contract'
import { type Homecoming, type Mission, type Permit } from '@causeway/journey'
import { exportLines, type Anchor } from '@causeway/journal'
import { daysInclusive, no, ok } from '@causeway/kernel'

import { queuesFor } from '../desks/queue.ts'
import { toEnrol } from '../desks/to-enrol.ts'
import { Bytes, type Door } from '../http/door.ts'
import { accountNames, reader, today, unitOf, type House } from '../house.ts'
import { draftsOf } from '../store/draft.ts'
import { anchorsOf, entriesFrom, headOf, lastEntries } from '../store/journal.ts'
import { outboxCounts } from '../store/outbox.ts'
import { databaseVersion } from '../store/read.ts'

/** The year's figures by real exit, not by approval. @source permits.md 6.8 */
async function statistics(house: House, year: number): Promise<Statistics> {
  const r = reader(house)
  const travelled = (await r.rows<Homecoming>({ kind: 'homecoming', open: { year } })).filter((h) => h.body.realExit !== undefined)
  const missions = new Map((await r.rows<Mission>({ kind: 'mission', ids: [...new Set(travelled.map((h) => h.body.missionId))] })).map((m) => [m.id, m.body]))
  const permits = await r.rows<Permit>({ kind: 'permit', open: { year } })
  const issued = permits.filter((p) => p.state !== 'ordered' && p.state !== 'cancelled')
  const blanks = await r.states({ kind: 'blank' })
  const n = (...states: readonly string[]): number => states.reduce((sum, s) => sum + (blanks[s] ?? 0), 0)
  const days = (h: Homecoming): number => daysInclusive(h.realExit!, h.realEntry!)
  const byPlace = (['HKG', 'MAC'] as const).map((place) => {
    const there = travelled.filter((h) => missions.get(h.body.missionId)?.outline.places.includes(place))
    return { place, missions: new Set(there.map((h) => h.body.missionId)).size, persons: there.length, days: there.reduce((s, h) => s + days(h.body), 0) }
  })
  return {
    year, missions: missions.size, persons: travelled.length, days: travelled.reduce((s, h) => s + days(h.body), 0), byPlace,
    permitsIssued: issued.length, permitsReturned: permits.filter((p) => p.state === 'in-custody' || p.state === 'returned').length,
    returnedOnTime: travelled.filter((h) => h.body.returnedOn !== undefined && h.body.returnedOn <= h.body.due).length,
    endorsementsIssued: issued.reduce((s, p) => s + p.body.endorsements.length, 0),
    blanks: { received: n(...Object.keys(blanks)), used: n('used'), spoiled: n('spoiled'), inHand: n('in-vault') },
    definitions: {
      missions: '当年至少有一人实际出境的团组数', persons: '当年实际出境的人次之和', days: '实际出境至入境，首尾两日均计入',
      permitsIssued: '当年签发并质检合格的通行证', permitsReturned: '已交回的通行证', returnedOnTime: '不晚于应交日期交回的通行证', byPlace: '同赴两地的团组在两地各计一次',
    },
  }
}

async function queues(house: House, actor: { readonly id: string; readonly roles: readonly string[]; readonly unitId?: string }): Promise<readonly unknown[]> {
  const r = reader(house)
  const list = [...(await queuesFor(actor.roles, { unitId: unitOf(actor), today: today(house), count: async (q) => r.count(q) }))]
  if (actor.roles.includes('clerk')) list.unshift({ name: 'drafts', count: (await draftsOf(house.store, actor.unitId ?? '')).length })
  if (actor.roles.includes('enroller')) list.unshift({ name: 'to-enrol', count: (await toEnrol(house)).length })
  return list
}

/** What the platform says of itself, in words. */
async function platform(house: House): Promise<unknown> {
  const anchors = await anchorsOf(house.store)
  const part = async (name: string, line: House['signer']): Promise<{ name: string; well: boolean; says: string }> => {
    const h = await line.call<{ ready: boolean; says: readonly (string | { readonly zh: string; readonly en: string })[] }>('GET', '/v1/health', undefined, 2_000)
    return h.ok ? { name, well: h.value.ready, says: h.value.says.map((w) => (typeof w === 'string' ? w : `${w.zh} ${w.en}`)).join('; ') } : { name, well: false, says: '没有回应' }
  }
  return {
    parts: [await part('signer', house.signer), await part('station', house.station), await part('hub', house.hub), await part('verifier', house.verifier), { name: 'database', well: true, says: await databaseVersion(house.store) }],
    outbox: await outboxCounts(house.store), anchors: { count: anchors.length, ...(anchors.length === 0 ? {} : { lastAt: anchors.at(-1)!.at }) },
  }
}

export function openOfficeRoom(door: Door, house: House, anchorNow: () => Promise<Anchor | undefined>): void {
  const { store } = house
  door.room('rule.list', undefined, async () => {
    const rows: RuleRow[] = house.rules.map((r) => ({ key: r.key, value: r.value, unit: r.unit, severity: r.severity, number: r.number, basis: r.basis, from: r.from, ...(r.to === undefined ? {} : { to: r.to }) }))
    return Promise.resolve(ok({ rows, total: rows.length }))
  })
  door.room('calendar.show', undefined, async (a) => {
    const year = a.params['year']!
    const of = (set: ReadonlySet<string>): readonly string[] => [...set].filter((d) => d.startsWith(`${year}-`)).sort()
    return Promise.resolve(ok({ year, notice: house.calendar.years[year] ?? '', off: of(house.calendar.off), work: of(house.calendar.work) }))
  })
  door.room('queue.list', undefined, async (a) => ok(await queues(house, a.actor)))
  door.room('statistic.year', undefined, async (a) => {
    const year = Number(a.params['year'])
    return Number.isInteger(year) && year > 2000 && year < 2100 ? ok(await statistics(house, year)) : no({ code: 'not-found' })
  })
  door.room('journal.list', undefined, async (a) => {
    const names = await accountNames(house)
    const entries = await lastEntries(store, Number(a.query['limit'] ?? 100), a.query['after'] === undefined ? undefined : Number(a.query['after']))
    const last = entries.at(-1)
    return ok({ rows: entries.map((e) => ({ seq: e.seq, at: e.at, actor: names(e.actor), role: e.role, act: e.act, stream: `${e.kind}/${e.stream}`, event: e.event, hash: e.hash })), total: (await headOf(store)).seq, ...(last === undefined || last.seq === 1 ? {} : { next: String(last.seq) }) })
  })
  door.room('journal.export', undefined, async () => {
    await anchorNow() // an export ends in a closing anchor
    const anchors = await anchorsOf(store)
    const entries = await entriesFrom(store, store.pool, 1)
    const closed = entries.filter((e) => e.seq <= (anchors.at(-1)?.toSeq ?? 0))
    return ok(new Bytes(new TextEncoder().encode(`${[...exportLines(store.office, closed, anchors, store.now().toISOString())].join('\n')}\n`), 'application/x-ndjson', 'journal.jsonl'))
  })
  door.room('trust.show', undefined, async () => {
    const t = house.trust()
    return Promise.resolve(t === undefined ? no({ code: 'part-unreachable', details: { part: 'hub' } }) : ok({
      csca: t.csca, links: t.links, ds: t.ds, crl: t.crls[0]!, crls: t.crls, masterList: t.masterList, deviationList: t.deviationList,
      crlAgeDays: Math.floor((house.clock.now().getTime() - t.at.getTime()) / 86_400_000),
    }))
  })
  door.room('platform.show', undefined, async () => ok(await platform(house)))
}
