/** A rectangle on a page, in points (1/72 inch) from the page's upper left corner. */
export interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Where a piece of a document stands. A text has lines, a PDF pages with boxes, a Word file and a web page paragraphs, a workbook cells. */
export interface Place {
  /** Line of a text file, from 1, split at LF. */
  readonly line?: number
  /** Page, from 1. */
  readonly page?: number
  readonly box?: Box
  /** Which block of the document, from 1: of a Word file or a web page. */
  readonly paragraph?: number
  /** Cell of a workbook, `Sheet!B4`, or of a table of a Word file or web page, `R4C2`. */
  readonly cell?: string
}

/** From offset `start` of a paragraph's text on, the text stands at `place`: one span a printed line. */
export interface Span { readonly start: number; readonly place: Place }

/** Text that runs on: printed lines that belong together are joined, `spans` keeps where each began (the first starts at 0). */
export interface Paragraph { readonly kind: 'paragraph'; readonly text: string; readonly spans: readonly Span[]; readonly level?: number }

/** A cell as it is drawn: `text` may be empty; spans are left out when 1. */
export interface GridCell { readonly text: string; readonly place: Place; readonly colSpan?: number; readonly rowSpan?: number }

/** A table as it is drawn, row by row; a row that a page break cut in two is two rows. */
export interface Grid { readonly kind: 'grid'; readonly rows: readonly (readonly GridCell[])[]; readonly place: Place }

export type Block = Paragraph | Grid

/** What could not be read, and what would help. `code` is stable and listed in docs/errors.md. */
export interface Unread { readonly code: string; readonly place?: Place; readonly details?: Readonly<Record<string, string | number>> }

export type ContentFormat = 'text' | 'docx' | 'pdf' | 'html' | 'xlsx'

/** A document in reading order, whatever file it came from. */
export interface Content { readonly format: ContentFormat; readonly name: string; readonly blocks: readonly Block[]; readonly pages?: number; readonly unread: readonly Unread[] }

/**
 * Characters that were printed together, for files that say where a thing stands and not what it is (PDF, laid-out text).
 * Measures are points from the upper left corner (of a text: columns and lines); `y` is the middle of the characters.
 */
export interface Piece { readonly text: string; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly place: Place }

/** A page as it is drawn: its pieces, and the lines drawn on it (boxes with next to no width or height). */
export interface Sheet { readonly page: number; readonly width: number; readonly height: number; readonly pieces: readonly Piece[]; readonly strokes: readonly Box[] }

/** Where the character at an offset of a paragraph stands. */
export function placeAt(p: Paragraph, offset: number): Place {
  return (p.spans.findLast((s) => s.start <= offset) ?? p.spans[0])?.place ?? {}
}
