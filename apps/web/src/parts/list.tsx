import { useQuery } from '@tanstack/react-query'
import { type ReactNode } from 'react'

import { ask } from '../ask.ts'
import { useWords } from '../language.tsx'
import { FRAME } from '../words/frame.ts'
import { Trouble } from './trouble.tsx'

export interface Column<T> { readonly name: string; readonly cell: (row: T) => ReactNode; readonly wide?: true }
export interface Listed<T> { readonly rows: readonly T[]; readonly total: number }

/** A list from the server with its own count: the count is the server's, and so is the list. */
export function useList<T>(path: string, refetchMs?: number) {
  return useQuery({ queryKey: [path], queryFn: async () => ask<Listed<T>>('GET', path), ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }) })
}

export function Table<T>({ caption, columns, rows, rowKey }: { readonly caption: string; readonly columns: readonly Column<T>[]; readonly rows: readonly T[]; readonly rowKey: (row: T) => string }) {
  const w = useWords(FRAME)
  if (rows.length === 0) return <p className="empty">{w.nothing}</p>
  return (
    <div className="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="hidden">{caption}</caption>
        <thead><tr>{columns.map((c) => <th key={c.name} scope="col">{c.name}</th>)}</tr></thead>
        <tbody>{rows.map((r) => <tr key={rowKey(r)}>{columns.map((c) => <td key={c.name} data-name={c.name} className={c.wide === true ? 'wide' : undefined}>{c.cell(r)}</td>)}</tr>)}</tbody>
      </table>
    </div>
  )
}

export function List<T>({ path, caption, columns, rowKey, refetchMs }: { readonly path: string; readonly caption: string; readonly columns: readonly Column<T>[]; readonly rowKey: (row: T) => string; readonly refetchMs?: number }) {
  const w = useWords(FRAME)
  const q = useList<T>(path, refetchMs)
  if (q.isPending) return <p className="empty" aria-live="polite">{w.loading}</p>
  if (q.isError) return <Trouble error={q.error} />
  return (
    <>
      <p className="count" aria-live="polite">{w.total.replace('{n}', String(q.data.total))}</p>
      <Table caption={caption} columns={columns} rows={q.data.rows} rowKey={rowKey} />
    </>
  )
}

export function State({ code, says }: { readonly code: string; readonly says: string }) {
  return <span className={`state state-${code}`}>{says}</span>
}

export const when = (iso: string): string => (iso === '' ? '' : new Date(iso).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 16))
