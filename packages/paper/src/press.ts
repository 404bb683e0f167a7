import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { Resvg } from '@resvg/resvg-js'

import { guilloche } from './draw/guilloche.ts'
import { FONT_FOLDERS, unprintable } from './font.ts'
import { outlinesOf, type SealFace, type SealPicture } from './seal-picture.ts'

/** What a 任务批件 says. Everything is text already; nothing is computed in the template. */
export interface ApprovalPaper {
  readonly office: string
  readonly number: string
  readonly title: string
  readonly unit: string
  readonly body: string
  readonly members: readonly { readonly name: string; readonly sex: string; readonly post: string; readonly role: string }[]
  readonly cost: string
  readonly returnDays: number
  readonly reportDays: number
  readonly date: string
  /** A visible digital seal, drawn: SVG of a square. */
  readonly barCode?: string
}

/** A paper, and the middle of where its seal goes: the page from 0, points from the lower left corner. */
export interface ApprovalPdf { readonly pdf: Uint8Array; readonly seal: { readonly page: number; readonly x: number; readonly y: number } }

/** One endorsement as it is printed. Everything is text already. */
export interface EndorsementSheet {
  readonly number: string
  readonly permit: string
  readonly place: string
  readonly holder: string
  readonly entries: string
  readonly from: string
  readonly to: string
  readonly stay: string
  readonly issued: string
  readonly authority: string
  /** The MAC with its index. */
  readonly check: string
  readonly zone: readonly string[]
  readonly barCode?: string
}

export interface DataPage {
  readonly type: string
  readonly state: string
  readonly number: string
  readonly nameCn: string
  readonly surname: string
  readonly given: string
  readonly sex: string
  readonly birthDate: string
  readonly birthPlace: string
  readonly issued: string
  readonly expiry: string
  readonly authority: string
  readonly mrz: readonly string[]
}

interface Both { readonly zh: string; readonly en: string }

/** The minutes of a key ceremony. Everything is text already, in both languages. */
export interface MinutesPaper {
  readonly office: string
  readonly kind: Both
  readonly state: Both
  readonly isDone: boolean
  readonly id: string
  readonly opened: string
  readonly digest: string
  readonly threshold: number
  readonly seats: number
  readonly subject: readonly (Both & { readonly value: string })[]
  readonly outcome: readonly (Both & { readonly value: string })[]
  readonly confirmations: readonly { readonly custodian: string; readonly at: string }[]
  readonly journal: { readonly seq: number; readonly hash: string }
  readonly keyStore: Both
  /** Software keys, or custodians who are none: marked on the paper. */
  readonly isTrial: boolean
  readonly isDemonstration: boolean
}

/** Draws documents. Made once, before the process lays root down: fonts are read then. */
export interface Press {
  /** @param at - the date in the file, so that the same data give the same bytes */
  readonly approval: (paper: ApprovalPaper, at: Date) => Result<ApprovalPdf, Refusal>
  /** The seal of an office, as SPECIMEN, in outlines. */
  readonly seal: (face: SealFace) => Result<SealPicture, Refusal>
  /** One page an endorsement. */
  readonly endorsements: (sheets: readonly EndorsementSheet[], at: Date) => Result<Uint8Array, Refusal>
  readonly minutes: (paper: MinutesPaper, at: Date) => Result<Uint8Array, Refusal>
  readonly dataPage: (page: DataPage, photo: Uint8Array, at: Date) => Result<{ readonly pdf: Uint8Array; readonly png: Uint8Array }, Refusal>
}

const template = (name: string): string => readFileSync(join(import.meta.dirname, 'draw', name), 'utf8')

function texts(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value).map(texts).join('')
}

/** Refuses what the fonts cannot show: a blank box on an official paper is worse than no paper. */
function printable(data: unknown): Refusal | undefined {
  const missing = unprintable(texts(data))
  return missing.length === 0 ? undefined : { code: 'name-unprintable', rule: 'GB 18030-2022', details: { characters: missing } }
}

/** Points. */
const A4_HEIGHT = 841.89

const seedOf = (text: string): number => [...text].reduce((n, c) => (n * 31 + c.charCodeAt(0)) >>> 0, 7)

/** The style sheet paints glyphs by a variable, which the rasteriser reads as black: the fill beside each text stays. */
function picture(svg: string): Uint8Array {
  const plain = svg.replaceAll(/<style[\s\S]*?<\/style>/g, '')
  return new Uint8Array(new Resvg(plain, { fitTo: { mode: 'width', value: 1_250 }, font: { loadSystemFonts: false } }).render().asPng())
}

export function openPress(): Press {
  const compiler = NodeCompiler.create({ workspace: import.meta.dirname, fontArgs: [{ fontPaths: [...FONT_FOLDERS] }] })
  const [approval, page, seal, endorsement, minutes] = [template('approval.typ'), template('page.typ'), template('seal.typ'), template('endorsement.typ'), template('minutes.typ')]
  const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000)
  // fonts are read when they are first used: use each now, because later this process may not be allowed to
  unprintable('')
  compiler.pdf({ mainFileContent: '#set text(font: "Noto Serif SC")\n样本 *样本* #text(font: "DejaVu Sans Mono")[SPECIMEN] – “”' })
  return {
    approval: (paper, at) => {
      const refusal = printable({ ...paper, barCode: '' })
      if (refusal !== undefined) return no(refusal)
      const all = { mainFileContent: approval, inputs: { data: JSON.stringify(paper) } }
      const pdf = compiler.pdf(all, { pdfStandard: 'a-2b' as never, creationTimestamp: seconds(at) })
      const [place] = compiler.query(all, { selector: '<seal>', field: 'value' }) as readonly [{ readonly page: number; readonly x: number; readonly y: number }]
      compiler.evictCache(10)
      return ok({ pdf: new Uint8Array(pdf), seal: { page: place.page - 1, x: place.x, y: A4_HEIGHT - place.y } })
    },
    seal: (face) => {
      const refusal = printable(face)
      if (refusal !== undefined) return no(refusal)
      const svg = compiler.svg({ mainFileContent: seal, inputs: { data: JSON.stringify(face) } })
      compiler.evictCache(10)
      return ok(outlinesOf(svg))
    },
    endorsements: (sheets, at) => {
      const refusal = printable(sheets.map((s) => ({ ...s, barCode: '' })))
      if (refusal !== undefined) return no(refusal)
      const pages = sheets.map((s) => ({ ...s, guilloche: guilloche(seedOf(s.number)) }))
      const pdf = compiler.pdf({ mainFileContent: endorsement, inputs: { data: JSON.stringify(pages) } }, { creationTimestamp: seconds(at) })
      compiler.evictCache(10)
      return ok(new Uint8Array(pdf))
    },
    minutes: (paper, at) => {
      const refusal = printable(paper)
      if (refusal !== undefined) return no(refusal)
      const pdf = compiler.pdf({ mainFileContent: minutes, inputs: { data: JSON.stringify(paper) } }, { pdfStandard: 'a-2b' as never, creationTimestamp: seconds(at) })
      compiler.evictCache(10)
      return ok(new Uint8Array(pdf))
    },
    dataPage: (d, photo, at) => {
      const refusal = printable(d)
      if (refusal !== undefined) return no(refusal)
      const inputs = { data: JSON.stringify(d), guilloche: guilloche(seedOf(d.number)) }
      const shadow = join(import.meta.dirname, 'photo.jpg')
      compiler.mapShadow(shadow, Buffer.from(photo))
      try {
        const all = { mainFileContent: page, inputs }
        const pdf = compiler.pdf(all, { creationTimestamp: seconds(at) })
        return ok({ pdf: new Uint8Array(pdf), png: picture(compiler.svg(all)) })
      } finally {
        compiler.unmapShadow(shadow) // one holder's face never stays for the next page
        compiler.evictCache(10)
      }
    },
  }
}
