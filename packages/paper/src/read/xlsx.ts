import { no, ok, type Block, type Content, type GridCell, type Place, type Refusal, type Result, type Unread } from '@causeway/kernel'

/** A cell of a workbook as it is shown. `lacks` is true for a formula whose value the file does not hold. */
export interface ShownCell { readonly text: string; readonly lacks: boolean }

/** A sheet as it is shown: rows of cells (undefined where empty), merged areas (from 0, ends included), hidden rows. */
export interface ShownSheet {
  readonly name: string
  readonly rows: readonly (readonly (ShownCell | undefined)[])[]
  readonly merges: readonly { readonly startRow: number; readonly startCol: number; readonly endRow: number; readonly endCol: number }[]
  readonly hiddenRows: ReadonlySet<number>
}

/** The library that knows the file format, behind a port. Throws on what it cannot read. */
export type ReadWorkbook = (bytes: Uint8Array) => Promise<readonly ShownSheet[]>

const MOST_ROWS = 20_000
const MOST_COLUMNS = 100

/**
 * A workbook: each visible sheet's title lines and notes as paragraphs, its tables as grids. A place is the cell, `Sheet!B4`; in a set of workbooks
 * `[File.xlsx]Sheet!B4`. A formula without its value is empty and told in `unread`.
 *
 * @returns refused with `file-locked` or `file-broken`
 */
export async function readXlsx(bytes: Uint8Array, name: string, read: ReadWorkbook = readByHucre): Promise<Result<Content, Refusal>> {
  const sheets = await sheetsOf(bytes, read)
  return sheets.ok ? ok({ format: 'xlsx', name, ...blocksOf(sheets.value, '') }) : sheets
}

/** Several workbooks that are one document, as a set of tables: in the order of their names. */
export async function readXlsxSet(files: readonly { readonly name: string; readonly bytes: Uint8Array }[], name: string, read: ReadWorkbook = readByHucre): Promise<Result<Content, Refusal>> {
  const blocks: Block[] = []
  const unread: Unread[] = []
  for (const file of [...files].sort((a, b) => a.name.localeCompare(b.name, 'zh', { numeric: true }))) {
    const sheets = await sheetsOf(file.bytes, read)
    const short = file.name.split('/').at(-1)!
    if (!sheets.ok) unread.push({ code: sheets.error.code, place: { cell: `[${short}]` }, ...sheets.error.details === undefined ? {} : { details: { file: short } } })
    else {
      const found = blocksOf(sheets.value, `[${short}]`)
      blocks.push(...found.blocks)
      unread.push(...found.unread)
    }
  }
  return blocks.length === 0 && unread.length > 0 ? no({ code: unread[0]!.code, details: { file: unread[0]!.place?.cell ?? '' } }) : ok({ format: 'xlsx', name, blocks, unread })
}

async function sheetsOf(bytes: Uint8Array, read: ReadWorkbook): Promise<Result<readonly ShownSheet[], Refusal>> {
  try {
    return ok(await read(bytes))
  } catch (error) {
    return no({ code: /encrypt|password/i.test(String((error as Error).name + (error as Error).message)) ? 'file-locked' : 'file-broken', details: { format: 'xlsx' } })
  }
}

async function readByHucre(bytes: Uint8Array): Promise<readonly ShownSheet[]> {
  const { readXlsx: readWorkbook } = await import('hucre/xlsx')
  const { formatValue } = await import('hucre')
  const book = await readWorkbook(bytes, { readStyles: true, maxRows: MOST_ROWS, sheets: (s) => s.hidden !== true && s.veryHidden !== true })
  return book.sheets.map((sheet) => ({
    name: sheet.name, merges: sheet.merges ?? [],
    hiddenRows: new Set([...sheet.rowDefs ?? []].flatMap(([r, d]) => d.hidden === true ? [r] : [])),
    rows: sheet.rows.map((row, r) => row.slice(0, MOST_COLUMNS).map((value, c): ShownCell | undefined => {
      const cell = sheet.cells?.get(`${r},${c}`)
      const held = value ?? cell?.formulaResult ?? cell?.value
      const lacks = cell?.formula !== undefined && (held === undefined || held === null)
      if (!lacks && (held === undefined || held === null || held === '')) return undefined
      return { text: lacks ? '' : shown(held, cell?.style?.numFmt, formatValue), lacks }
    })),
  }))
}

/** A value as the sheet shows it: by its number format, else a number with the eleven digits of `General`. */
function shown(value: unknown, format: string | undefined, formatValue: (value: unknown, format: string) => string): string {
  if (format !== undefined && format !== 'General' && format !== '@' && (typeof value === 'number' || value instanceof Date)) return formatValue(value, format).trim()
  if (typeof value === 'number') return Number(value.toPrecision(11)).toLocaleString('en', { useGrouping: false, maximumFractionDigits: 10 })
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (typeof value === 'object' && value !== null && 'text' in value) return String(value.text).trim()
  return String(value).replace(/\s*\n\s*/g, '').trim()
}

const letters = (c: number): string => (c >= 26 ? letters(Math.floor(c / 26) - 1) : '') + String.fromCharCode(65 + (c % 26))
const reference = (sheet: string, r: number, c: number): string => `${sheet}!${letters(c)}${r + 1}`

function blocksOf(sheets: readonly ShownSheet[], file: string): { readonly blocks: Block[]; readonly unread: Unread[] } {
  const blocks: Block[] = []
  const unread: Unread[] = []
  for (const sheet of sheets) {
    const place = (r: number, c: number): Place => ({ cell: file + reference(sheet.name, r, c) })
    sheet.rows.forEach((row, r) => row.forEach((cell, c) => { if (cell?.lacks === true) unread.push({ code: 'formula-without-value', place: place(r, c) }) }))
    if (!sheet.rows.some((row) => row.some((c) => c !== undefined))) continue
    const found = sheetBlocks(sheet, place)
    // a sheet that does not say what it is says it by its name
    const titled = found[0]?.kind === 'paragraph' && !/^(编制)?(单位|部门|公开)/.test(found[0].text)
    if (!titled && !/^(sheet|工作表)\s*\d*$/i.test(sheet.name)) blocks.push(line(sheet.name, place(0, 0)))
    blocks.push(...found)
  }
  return { blocks, unread }
}

const line = (text: string, place: Place): Block => ({ kind: 'paragraph', text, spans: [{ start: 0, place }] })

/** Lines that stand over or under a table: its title, unit, number and notes. */
const BESIDE = /^(编制)?(单位|部门|预算单位)\s*[:：]|金额单位|^单位|^公开|表$|^(注|说明|备注)\s*\d?[:：]/

function sheetBlocks(sheet: ShownSheet, place: (r: number, c: number) => Place): Block[] {
  const start = new Map(sheet.merges.map((m) => [`${m.startRow},${m.startCol}`, m]))
  const covered = new Set(sheet.merges.flatMap((m) => cellsOf(m).slice(1)))
  const width = Math.min(MOST_COLUMNS, Math.max(0, ...sheet.rows.map((row) => row.findLastIndex((c) => c !== undefined) + 1)))
  const out: Block[] = []
  let rows: GridCell[][] = []
  const close = (): void => {
    if (rows.length > 0) out.push({ kind: 'grid', place: rows[0]![0]?.place ?? {}, rows })
    rows = []
  }
  sheet.rows.forEach((row, r) => {
    if (sheet.hiddenRows.has(r)) return
    const said = row.flatMap((cell, c) => cell === undefined ? [] : [{ text: cell.text, c }])
    if (said.length === 0) {
      if (rows.length > 0 && !spans(sheet, r)) close()
      return
    }
    // in front of a table every line of one cell stands beside it; in it only what says so
    if (said.every((s) => BESIDE.test(s.text)) || (said.length === 1 && rows.length === 0 && said[0]!.text.length > 3) || (said.length === 1 && /[，。；]/.test(said[0]!.text) && said[0]!.text.length > 24)) {
      close()
      for (const s of said) out.push(line(s.text, place(r, s.c)))
      return
    }
    const cells: GridCell[] = []
    for (let c = 0; c < width; c += 1) {
      if (covered.has(`${r},${c}`)) continue
      const merge = start.get(`${r},${c}`)
      const [colSpan, rowSpan] = merge === undefined ? [1, 1] : [merge.endCol - merge.startCol + 1, merge.endRow - merge.startRow + 1]
      cells.push({ text: row[c]?.text ?? '', place: place(r, c), ...colSpan > 1 ? { colSpan } : {}, ...rowSpan > 1 ? { rowSpan } : {} })
    }
    rows.push(cells)
  })
  close()
  return out
}

const spans = (sheet: ShownSheet, r: number): boolean => sheet.merges.some((m) => m.startRow < r && m.endRow >= r)

function cellsOf(m: ShownSheet['merges'][number]): string[] {
  const out: string[] = []
  for (let r = m.startRow; r <= Math.min(m.endRow, m.startRow + 2000); r += 1) for (let c = m.startCol; c <= Math.min(m.endCol, m.startCol + 300); c += 1) out.push(`${r},${c}`)
  return out
}
