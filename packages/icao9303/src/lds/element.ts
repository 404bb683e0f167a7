import { Cursor, valueOf, type Tlv } from '../asn1/tlv.ts'
import { concat, TAG } from '../asn1/value.ts'
import { tagBytes, tlv } from '../asn1/write.ts'
import { renderBytes, renderTag, type Reading } from './decoded.ts'
import { renderPicture } from './picture.ts'
import { countOf, TAG_LIST, tagsOf } from './tag-list.ts'
import { DIGITS, readDate, readText } from './text.ts'

/**
 * A data element of DG11, DG12 or DG16. `list` is text in parts separated by fillers; `names` repeats inside a
 * template A0 that counts it; `date` is CCYYMMDD, `time` CCYYMMDDhhmmss.
 */
export interface Element { readonly tag: number; readonly name: string; readonly form: 'text' | 'list' | 'names' | 'date' | 'time' | 'picture' }

/** The elements of a template in the order that the standard gives them. */
export interface ElementTable {
  readonly clause: string
  /** Whether the template begins with a list of the tags that it holds. */
  readonly tagList: 'required' | 'none'
  readonly elements: readonly Element[]
}

type Value = string | readonly string[] | Uint8Array
type Values = Record<string, Value>

const NAMES = 0xa0
const FILLER = 0x3c

/** One walk through a template: what it has found so far. */
interface Walk {
  readonly table: ElementTable
  readonly reading: Reading
  readonly path: string
  readonly values: Values
  readonly seen: number[]
  list: Tlv | undefined
}

function note(w: Walk, code: string, where: { readonly offset: number; readonly says: string }): void {
  w.reading.note({ code, ...where, clause: w.table.clause })
}

const namesOf = (table: ElementTable): Element | undefined => table.elements.find((e) => e.form === 'names')

/** The elements in a template. Whatever is odd is named and costs no other field. */
export function readElements(template: Tlv, table: ElementTable, o: { readonly reading: Reading; readonly path?: string }): Readonly<Values> {
  const w: Walk = { table, reading: o.reading, path: o.path ?? '', values: {}, seen: [], list: undefined }
  const names = namesOf(table)
  const c = new Cursor(template, table.clause, o.reading.policy)
  while (c.peek() !== undefined) {
    const t = c.takeAny('a field')
    if (t.tag === TAG_LIST && table.tagList === 'required' && w.list === undefined) readList(w, t)
    else if (t.tag === NAMES && names !== undefined) readNames(w, t, names)
    else readField(w, t)
  }
  if (table.tagList === 'required') compare(w, template)
  return w.values
}

function readList(w: Walk, t: Tlv): void {
  w.list = t
  if (w.seen.length > 0) note(w, 'field-order', { offset: t.start, says: 'the tag list does not come first' })
  w.reading.lay(`${w.path}tagList`, t, tagsOf(t).map((x) => renderTag(x.tag)).join(' '))
}

function see(w: Walk, element: Element, offset: number): void {
  const order = (tag: number): number => w.table.elements.findIndex((e) => e.tag === tag)
  if (w.seen.some((tag) => order(tag) > order(element.tag))) note(w, 'field-order', { offset, says: `${element.name} comes later than it should` })
  if (!w.seen.includes(element.tag)) w.seen.push(element.tag)
}

function readField(w: Walk, t: Tlv): void {
  const element = w.table.elements.find((e) => e.tag === t.tag)
  if (element === undefined) {
    note(w, 'unknown-field', { offset: t.start, says: `field ${renderTag(t.tag)} is not known` })
    w.reading.lay(`${w.path}${renderTag(t.tag)}`, t, renderBytes(valueOf(t)))
  } else if (element.form === 'names') {
    see(w, element, t.start)
    note(w, 'name-outside-template', { offset: t.start, says: 'a name outside the template A0 that should hold it' })
    addName(w, t, element)
  } else if (w.seen.includes(t.tag)) {
    note(w, 'field-twice', { offset: t.start, says: `${element.name} is there twice; the first counts` })
    w.reading.lay(`${w.path}${element.name} (again)`, t, renderBytes(valueOf(t)))
  } else {
    see(w, element, t.start)
    warnEmpty(w, t)
    w.values[element.name] = readValue(w, t, element)
  }
}

function readValue(w: Walk, t: Tlv, element: Element): Value {
  const path = `${w.path}${element.name}`
  if (element.form === 'picture') {
    w.reading.lay(path, t, renderPicture(valueOf(t)))
    return valueOf(t)
  }
  const ground = { reading: w.reading, clause: w.table.clause }
  const text = element.form === 'date' || element.form === 'time' ? readDate(t, element.form, ground) : readText(t, ground)
  w.reading.lay(path, t, text)
  return element.form === 'list' ? text.split('<') : text
}

function warnEmpty(w: Walk, t: Tlv): void {
  if (t.end === t.body) note(w, 'empty-field', { offset: t.start, says: 'a field without a value' })
  else if (valueOf(t).every((b) => b === FILLER)) note(w, 'filler-field', { offset: t.start, says: 'a field of fillers only' })
}

function addName(w: Walk, t: Tlv, element: Element): void {
  // one list that grows: a file may hold millions of names
  const names = (w.values[element.name] ??= []) as string[]
  warnEmpty(w, t)
  const text = readText(t, { reading: w.reading, clause: w.table.clause })
  w.reading.lay(`${w.path}${element.name}[${names.length}]`, t, text)
  names.push(text)
}

function readNames(w: Walk, t: Tlv, element: Element): void {
  see(w, element, t.start)
  w.values[element.name] ??= []
  const path = `${w.path}${element.name}`
  w.reading.lay(path, t)
  const c = new Cursor(t, w.table.clause, w.reading.policy)
  const count = c.maybe(TAG.integer)
  if (count === undefined) note(w, 'count-missing', { offset: t.body, says: 'names without their number' })
  else w.reading.lay(`${path}.count`, count, String(countOf(count)))
  let found = 0
  while (c.peek() !== undefined) {
    const inner = c.takeAny('a name')
    if (inner.tag === element.tag) {
      found += 1
      addName(w, inner, element)
    } else {
      note(w, 'unknown-field', { offset: inner.start, says: `field ${renderTag(inner.tag)} is not known here` })
      w.reading.lay(`${path}.${renderTag(inner.tag)}`, inner, renderBytes(valueOf(inner)))
    }
  }
  if (count !== undefined && countOf(count) !== found) note(w, 'count', { offset: count.start, says: `${countOf(count)} names announced, ${found} there` })
}

/** Names may stand in the list by their own tag or by that of their template: both are found in the field. */
function compare(w: Walk, template: Tlv): void {
  if (w.list === undefined) {
    note(w, 'tag-list-missing', { offset: template.body, says: 'there is no tag list' })
    return
  }
  const names = namesOf(w.table)?.tag
  const told = tagsOf(w.list).map((t) => ({ ...t, tag: t.tag === NAMES ? names ?? NAMES : t.tag }))
  const tags = told.map((t) => t.tag)
  for (const t of told) if (!w.seen.includes(t.tag)) note(w, 'listed-absent', { offset: t.offset, says: `field ${renderTag(t.tag)} is listed and not there` })
  for (const tag of w.seen) if (!tags.includes(tag)) note(w, 'present-unlisted', { offset: w.list.start, says: `field ${renderTag(tag)} is there and not listed` })
  const [listed, there] = [tags.filter((tag) => w.seen.includes(tag)), w.seen.filter((tag) => tags.includes(tag))]
  if (listed.join() !== there.join()) note(w, 'tag-list', { offset: w.list.start, says: 'the tag list has another order than the fields, or a field twice' })
}

const utf8 = new TextEncoder()

function encodeElement(e: Element, value: Value): Uint8Array {
  if (value instanceof Uint8Array) return tlv(e.tag, value)
  if (e.form === 'names') {
    if (value.length > 255) throw new RangeError(`${e.name}: at most 255`)
    return tlv(NAMES, tlv(TAG.integer, Uint8Array.of(value.length)), ...(value as readonly string[]).map((n) => tlv(e.tag, utf8.encode(n))))
  }
  const text = typeof value === 'string' ? value : value.join('<')
  if ((e.form === 'date' || e.form === 'time') && !(text.length === DIGITS[e.form] && /^\d+$/.test(text))) throw new RangeError(`${e.name} has ${DIGITS[e.form]} digits`)
  return tlv(e.tag, utf8.encode(text))
}

/**
 * A template with the elements that have a value, in the order of the standard; a list of nothing is no element.
 *
 * @throws RangeError when a date has not its digits
 */
export function encodeElements(tag: number, values: object, table: ElementTable): Uint8Array {
  const there = table.elements.flatMap((e) => {
    const value = (values as Readonly<Record<string, Value | undefined>>)[e.name]
    return value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [{ tag: e.tag, bytes: encodeElement(e, value) }]
  })
  const list = table.tagList === 'required' ? tlv(TAG_LIST, ...there.map((t) => tagBytes(t.tag))) : new Uint8Array()
  return tlv(tag, list, concat(...there.map((t) => t.bytes)))
}
