import { type Page } from '@causeway/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type ReactNode } from 'react'

import { ask } from '../ask.ts'
import { useWords } from '../language.tsx'
import { FRAME } from '../words/frame.ts'
import { Trouble } from './trouble.tsx'

export interface Column<T> { readonly name: string; readonly cell: (row: T) => ReactNode; readonly wide?: true }

/** What there is to choose from: the longest page that the server gives. */
export function useList<T>(path: string) {
  return useQuery({ queryKey: [path], queryFn: async () => ask<Page<T>>('GET', `${path}?limit=500`) })
}

/** A list page by page, with the count of the whole: the count is the server's, and so is the list. */
export function usePages<P extends Page<unknown>>(path: string, refetchMs?: number) {
  return useInfiniteQuery({
    queryKey: ['pages', path], initialPageParam: '', getNextPageParam: (last: P) => last.next, ...(refetchMs === undefined ? {} : { refetchInterval: refetchMs }),
    queryFn: async ({ pageParam }) => ask<P>('GET', pageParam === '' ? path : `${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(pageParam)}`),
  })
}

/** The rest of a list, while there is one. */
export function More({ pages }: { readonly pages: Pick<ReturnType<typeof usePages>, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'> }) {
  const w = useWords(FRAME)
  return pages.hasNextPage ? <p className="buttons"><button type="button" disabled={pages.isFetchingNextPage} onClick={() => { void pages.fetchNextPage() }}>{pages.isFetchingNextPage ? w.loading : w.more}</button></p> : null
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
  const q = usePages<Page<T>>(path, refetchMs)
  if (q.isPending) return <p className="empty" aria-live="polite">{w.loading}</p>
  if (q.isError) return <Trouble error={q.error} />
  return (
    <>
      <p className="count" aria-live="polite">{w.total.replace('{n}', String(q.data.pages.at(-1)!.total))}</p>
      <Table caption={caption} columns={columns} rows={q.data.pages.flatMap((p) => p.rows)} rowKey={rowKey} />
      <More pages={q} />
    </>
  )
}

export function State({ code, says }: { readonly code: string; readonly says: string }) {
  return <span className={`state state-${code}`}>{says}</span>
}

export const when = (iso: string): string => (iso === '' ? '' : new Date(iso).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' }).slice(0, 16))
