/** `width` in characters; `count`: the cells are whole numbers or a mark. */
export interface BookColumn { readonly name: string; readonly width: number; readonly count?: true }

/** A report as rows of text: facts first, then tables. A line end in a cell is one. */
export interface ReportBook {
  readonly title: string
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly sheets: readonly { readonly name: string; readonly heading: string; readonly note?: string; readonly columns: readonly BookColumn[]; readonly rows: readonly (readonly string[])[] }[]
}

/** Characters that XML 1.0 does not take are left out: a document may hold them, a report may not. */
// oxlint-disable-next-line no-control-regex
export const clean = (text: string): string => text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
