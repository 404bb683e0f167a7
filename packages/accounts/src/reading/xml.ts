import { parseXml, XmlCdata, XmlElement, XmlText } from '@rgrove/parse-xml'
import { unzipSync } from 'fflate'

/** A part of a package larger than this is not unpacked: no report has one, a bomb has. Bytes. */
const LARGEST_PART = 48 * 1024 * 1024
/** All parts together. */
const LARGEST_ALL = 128 * 1024 * 1024

/** The parts of a package (docx, xlsx) that are asked for. Throws `RangeError` where they unpack to more than is reasonable. */
export function unpack(bytes: Uint8Array, wanted: (name: string) => boolean): ReadonlyMap<string, Uint8Array> {
  let all = 0
  const parts = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!wanted(name)) return false
      all += originalSize
      if (originalSize > LARGEST_PART || all > LARGEST_ALL) throw new RangeError('part too large')
      return true
    },
  })
  return new Map(Object.entries(parts))
}

/** The root of an XML part. Entities of a document type are not expanded. */
export function rootOf(part: Uint8Array): XmlElement | undefined {
  return parseXml(new TextDecoder().decode(part), { ignoreUndefinedEntities: true }).root ?? undefined
}

/** An element's name without its prefix. */
export function localName(e: XmlElement): string {
  const colon = e.name.indexOf(':')
  return colon === -1 ? e.name : e.name.slice(colon + 1)
}

export function elements(e: XmlElement | undefined, name?: string): XmlElement[] {
  return (e?.children ?? []).filter((c): c is XmlElement => c instanceof XmlElement && (name === undefined || localName(c) === name))
}

export function child(e: XmlElement | undefined, name: string): XmlElement | undefined {
  return e?.children.find((c): c is XmlElement => c instanceof XmlElement && localName(c) === name)
}

/** An attribute, whatever its prefix. */
export function attribute(e: XmlElement | undefined, name: string): string | undefined {
  if (e === undefined) return undefined
  for (const [key, value] of Object.entries(e.attributes)) if (key === name || key.endsWith(`:${name}`)) return value
  return undefined
}

/** The `val` of a child, as most settings of a Word file are given. */
export const value = (e: XmlElement | undefined, name: string): string | undefined => attribute(child(e, name), 'val')

export const characters = (e: XmlElement): string => e.children.map((c) => c instanceof XmlText || c instanceof XmlCdata ? c.text : '').join('')

export type { XmlElement }
