import { type ClientBase, type Pool } from 'pg'

import { type Sealer } from './seal.ts'
import { type Store } from './store.ts'

/** What to list: every field narrows. The same conditions make the list and its count. */
export interface RowQuery {
  readonly kind: string
  readonly states?: readonly string[] | undefined
  readonly unitId?: string | undefined
  readonly personId?: string | undefined
  readonly missionId?: string | undefined
  readonly ids?: readonly string[] | undefined
  /** Due before this day. */
  readonly dueBefore?: string | undefined
  /** Fields of `open` that must have these values. */
  readonly open?: Readonly<Record<string, unknown>> | undefined
  /** At most so many rows; all when absent. */
  readonly limit?: number | undefined
  /** The `cursor` of the last row seen. */
  readonly after?: string | undefined
  readonly order?: 'asc' | 'desc' | undefined
}

export interface Row<S = unknown> {
  readonly kind: string
  readonly id: string
  readonly version: number
  readonly state: string
  readonly unitId: string | undefined
  readonly personId: string | undefined
  readonly missionId: string | undefined
  readonly due: string | undefined
  readonly open: Readonly<Record<string, unknown>>
  readonly body: S
  readonly cursor: string
}

interface ViewRow { kind: string; id: string; version: number; state: string; unit_id: string | null; person_id: string | null; mission_id: string | null; due: string | null; sort: string; open: Record<string, unknown>; body: string }

function conditions(store: Store, q: RowQuery): { where: string; values: unknown[] } {
  const values: unknown[] = [store.office, q.kind]
  const parts = ['office_id = $1', 'kind = $2']
  const and = (sql: string, value: unknown): void => { values.push(value); parts.push(sql.replace('?', `$${values.length}`)) }
  if (q.states !== undefined) and('state = any(?)', q.states)
  if (q.unitId !== undefined) and('unit_id = ?', q.unitId)
  if (q.personId !== undefined) and('person_id = ?', q.personId)
  if (q.missionId !== undefined) and('mission_id = ?', q.missionId)
  if (q.ids !== undefined) and('id = any(?)', q.ids)
  if (q.dueBefore !== undefined) and('due < ?', q.dueBefore)
  if (q.open !== undefined) and('open @> ?::jsonb', JSON.stringify(q.open))
  return { where: parts.join(' and '), values }
}

/** Where a page ended. A cursor that is none is the beginning: it came from outside. */
function parseCursor(after: string | undefined): readonly [string, string] | undefined {
  if (after === undefined) return undefined
  try {
    const [sort, id] = JSON.parse(Buffer.from(after, 'base64url').toString()) as readonly unknown[]
    if (typeof sort === 'string' && typeof id === 'string' && !`${sort}${id}`.includes('\0')) return [sort, id]
  } catch {
    // not a cursor
  }
  return undefined
}

/** How many rows a page has: at least one, at most so many, whatever was asked. */
export function pageOf(asked: number, most: number): number {
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, most) : most
}

export async function rowsOf<S = unknown>(store: Store, db: Pool | ClientBase, sealer: Sealer, q: RowQuery): Promise<readonly Row<S>[]> {
  const { where, values } = conditions(store, q)
  const down = q.order === 'desc'
  let page = ''
  const last = parseCursor(q.after)
  if (last !== undefined) {
    values.push(...last)
    page = ` and (sort, id) ${down ? '<' : '>'} ($${values.length - 1}, $${values.length})`
  }
  values.push(q.limit ?? null)
  const way = down ? 'desc' : 'asc'
  const { rows } = await db.query<ViewRow>(`select * from view where ${where}${page} order by sort ${way}, id ${way} limit $${values.length}`, values)
  const bodies = await sealer.open<S>(rows.map((r) => JSON.parse(r.body) as unknown))
  return rows.map((r, i) => ({
    kind: r.kind, id: r.id, version: r.version, state: r.state,
    unitId: r.unit_id ?? undefined, personId: r.person_id ?? undefined, missionId: r.mission_id ?? undefined, due: r.due ?? undefined,
    open: r.open, body: bodies[i] as S, cursor: Buffer.from(JSON.stringify([r.sort, r.id])).toString('base64url'),
  }))
}

/** How many rows the list has: the same conditions, so that a count always equals its list. */
export async function countOf(store: Store, db: Pool | ClientBase, q: RowQuery): Promise<number> {
  const { where, values } = conditions(store, q)
  const { rows } = await db.query<{ n: string }>(`select count(*) as n from view where ${where}`, values)
  return Number(rows[0]!.n)
}

/** How many rows there are in each state. */
export async function statesOf(store: Store, db: Pool | ClientBase, q: RowQuery): Promise<Readonly<Record<string, number>>> {
  const { where, values } = conditions(store, q)
  const { rows } = await db.query<{ state: string; n: string }>(`select state, count(*) as n from view where ${where} group by state`, values)
  return Object.fromEntries(rows.map((r) => [r.state, Number(r.n)]))
}

/** One page of a list as it is asked for from outside: texts, of which none need make sense. */
export interface PageQuery { readonly limit?: string | undefined; readonly after?: string | undefined }
export interface RowPage<S> { readonly rows: readonly Row<S>[]; readonly total: number; readonly next?: string }

const PAGE = { usual: 100, most: 500 } as const

/** A page, the count of its whole list, and where the next begins: one query for all three. */
export async function rowPage<S>(store: Store, db: Pool | ClientBase, sealer: Sealer, q: RowQuery & { readonly page: PageQuery }): Promise<RowPage<S>> {
  const limit = pageOf(Number(q.page.limit ?? PAGE.usual), PAGE.most)
  const rows = await rowsOf<S>(store, db, sealer, { ...q, after: q.page.after, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  return { rows: shown, total: await countOf(store, db, q), ...(rows.length > limit ? { next: shown.at(-1)!.cursor } : {}) }
}
