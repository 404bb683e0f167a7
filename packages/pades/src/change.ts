import { catalogRef, pagesOf, type PdfFile } from './file.ts'
import { dictOf, isArray, isDict, isRef, isStream, nameOf, write, type PdfDict, type PdfStream, type PdfValue } from './object.ts'

/** What was done to a file after a seal covered it. */
export type Change = { readonly outcome: 'none' } | { readonly outcome: 'seals'; readonly count: number } | { readonly outcome: 'other'; readonly says: string }

const same = (a: PdfFile, b: PdfFile, x: PdfValue, y: PdfValue): boolean => {
  if (isStream(x) && isStream(y)) return sameBytes(a.raw(x), b.raw(y)) && write(x.dict) === write(y.dict)
  return !isStream(x) && !isStream(y) && write(x) === write(y)
}
const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0
const itemsOf = (f: PdfFile, v: PdfValue): readonly string[] => { const a = f.get(v); return isArray(a) ? a.items.map(write) : [] }
const formOf = (f: PdfFile): PdfDict => dictOf(f.get(dictOf(f.object(catalogRef(f).number)).entries.get('AcroForm')))

/** The keys in which two dictionaries differ. */
function differing(a: PdfDict, b: PdfDict): readonly string[] {
  return [...new Set([...a.entries.keys(), ...b.entries.keys()])].filter((k) => write(a.entries.get(k)) !== write(b.entries.get(k)))
}

/** What a list has more at its end; undefined when it changed in another way. */
function added(before: readonly string[], after: readonly string[]): readonly string[] | undefined {
  return before.every((x, i) => after[i] === x) ? after.slice(before.length) : undefined
}

/** A field that holds a signature and shows it, and nothing that acts. */
function isSeal(f: PdfFile, ref: string): boolean {
  const field = dictOf(f.object(Number(ref.split(' ')[0])))
  const value = f.get(field.entries.get('V'))
  const acts = ['A', 'AA', 'Kids', 'MK'].some((k) => field.entries.has(k))
  return nameOf(field.entries.get('FT')) === 'Sig' && nameOf(field.entries.get('Subtype')) === 'Widget' && isDict(value) && !acts
}

/** All objects that may be reached from some values. */
function reach(f: PdfFile, from: readonly PdfValue[], stop: ReadonlySet<number>): ReadonlySet<number> {
  const seen = new Set<number>()
  const stack = [...from]
  for (let v = stop.size >= 0 ? stack.pop() : undefined; v !== undefined || stack.length > 0; v = stack.pop()) {
    if (isRef(v)) {
      if (seen.has(v.number) || stop.has(v.number)) continue
      seen.add(v.number)
      stack.push(f.object(v.number))
    } else if (isArray(v)) stack.push(...v.items)
    else if (isDict(v) || isStream(v)) stack.push(...dictOf(v).entries.values())
  }
  return seen
}

const isTable = (v: PdfValue): v is PdfStream => isStream(v) && ['XRef', 'ObjStm'].includes(nameOf(v.dict.entries.get('Type')) ?? '')

/**
 * Compares a file as it was sealed with what it is now. More seals may have been set, each a field that shows itself;
 * and stores of certificates and lists for later proof. Anything else is a change.
 *
 * @source ISO 32000-1 §12.8.2.2, ETSI EN 319 142-1 §5.4
 */
export function changesSince(sealed: PdfFile, now: PdfFile): Change {
  const other = (says: string): Change => ({ outcome: 'other', says })
  const root = catalogRef(sealed).number
  if (write(catalogRef(sealed)) !== write(catalogRef(now))) return other('another catalogue was put in')
  const [before, after] = [dictOf(sealed.object(root)), dictOf(now.object(root))]
  const odd = differing(before, after).find((k) => !['AcroForm', 'DSS', 'Extensions'].includes(k))
  if (odd !== undefined) return other(`the catalogue has another ${odd}`)
  const [form, formNow] = [formOf(sealed), formOf(now)]
  const oddForm = differing(form, formNow).find((k) => !['Fields', 'SigFlags'].includes(k))
  if (oddForm !== undefined) return other(`the form has another ${oddForm}`)
  const seals = added(itemsOf(sealed, form.entries.get('Fields')), itemsOf(now, formNow.entries.get('Fields')))
  if (seals === undefined || !seals.every((s) => isSeal(now, s))) return other('the form has other fields')
  const pages = pagesOf(sealed)
  if (pages.map(write).join() !== pagesOf(now).map(write).join()) return other('the pages are others')
  const lists = new Set<number>([root])
  const note = (v: PdfValue): void => { if (isRef(v)) lists.add(v.number) }
  for (const entries of [after.entries.get('AcroForm'), formNow.entries.get('Fields')]) note(entries)
  for (const [n, ref] of pages.entries()) {
    const [page, pageNow] = [dictOf(sealed.object(ref.number)), dictOf(now.object(ref.number))]
    const oddPage = differing(page, pageNow).find((k) => k !== 'Annots')
    if (oddPage !== undefined) return other(`page ${n + 1} has another ${oddPage}`)
    const marks = added(itemsOf(sealed, page.entries.get('Annots')), itemsOf(now, pageNow.entries.get('Annots')))
    if (marks === undefined || !marks.every((m) => seals.includes(m))) return other(`page ${n + 1} has other annotations`)
    lists.add(ref.number)
    note(page.entries.get('Annots'))
    note(pageNow.entries.get('Annots'))
  }
  const known = new Set(sealed.numbers())
  const mayBeNew = reach(now, [...seals.map((s): PdfValue => ({ kind: 'ref', number: Number(s.split(' ')[0]), generation: 0 })), after.entries.get('DSS')], known)
  for (const n of new Set([...known, ...now.numbers()])) {
    if (lists.has(n)) continue
    const [was, is] = [sealed.object(n), now.object(n)]
    if (known.has(n) ? !same(sealed, now, was, is) : is !== undefined && !mayBeNew.has(n) && !isTable(is)) return other(known.has(n) ? `object ${n} was changed` : `object ${n} was added`)
  }
  return seals.length > 0 ? { outcome: 'seals', count: seals.length } : { outcome: 'none' }
}
