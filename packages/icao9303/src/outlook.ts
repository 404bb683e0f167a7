import { FACE_FORMAT_RULES } from './face/face-format.ts'
import { decodeCardSecurity } from './lds/card-security.ts'
import { decodeDg1 } from './lds/dg1.ts'
import { decodeDg14 } from './lds/dg14.ts'
import { decodeDg2 } from './lds/dg2.ts'
import { decodeSecurityInfos, type SecurityInfo } from './lds/security-info.ts'
import { judgeDocumentCode, lastExpiryOf } from './mrz/document-code.ts'
import { parseMrz } from './mrz/parse.ts'
import { type Dump } from './verify/material.ts'

/** What a document would lack under a rule that comes into force on a day. */
export interface OutlookItem {
  readonly code: 'document-code' | 'no-pace' | 'bac' | 'bac-in-circulation' | 'face-encoding'
  /** The first day of the rule, `CCYY-MM-DD`. */
  readonly from: string
  /** `issue`: for documents issued from that day. `circulation`: for every document. */
  readonly concerns: 'issue' | 'circulation'
  /** `unknown`: what is at hand does not tell. */
  readonly standing: 'missing' | 'unknown'
  readonly says: string
  readonly clause: string
}

/** A document to look at: its files, and what a reader learned of the chip's access control, where there was a chip. */
export interface OutlookDocument {
  readonly dump: Dump
  /** How the chip lets itself be read: absent when only files are at hand. */
  readonly accepts?: readonly ('BAC' | 'PACE')[]
}

const ACCESS = 'Doc 9303-11 §4.1'
const PACE_FROM = '2027-01-01'
const PACE_ONLY_FROM = '2028-01-01'
const BAC_ENDS = '2038-01-01'
const CODES_FROM = '2028-01-01'

/** What the chip says that it can do, from any file that says so. */
function infosIn(dump: Dump): readonly SecurityInfo[] | undefined {
  const reads = [['EF.CardAccess', decodeSecurityInfos], ['EF.CardSecurity', decodeCardSecurity], ['DG14', decodeDg14]] as const
  const found = reads.flatMap(([file, read]) => {
    const bytes = dump[file]
    const decoded = bytes && read(bytes)
    return decoded?.ok === true ? [decoded.value.infos] : []
  })
  return found.length === 0 ? undefined : found.flat()
}

/** @returns undefined where neither a reader nor a file tells */
function hasPace(d: OutlookDocument): boolean | undefined {
  if (d.accepts !== undefined) return d.accepts.includes('PACE')
  const infos = infosIn(d.dump)
  if (infos?.some((i) => i.kind === 'pace') === true) return true
  // DG14 alone need not name PACE, EF.CardAccess must
  return d.dump['EF.CardAccess'] === undefined ? undefined : false
}

function accessItems(d: OutlookDocument, day: string): readonly OutlookItem[] {
  const items: OutlookItem[] = []
  const pace = hasPace(d)
  const bac = d.accepts?.includes('BAC')
  if (day >= PACE_FROM && pace !== true) {
    items.push({ code: 'no-pace', from: PACE_FROM, concerns: 'issue', standing: pace === undefined ? 'unknown' : 'missing', says: pace === undefined ? 'no file tells whether the chip has PACE; EF.CardAccess would' : 'the chip has no PACE', clause: ACCESS })
  }
  if (day >= PACE_ONLY_FROM && bac !== false) {
    items.push({ code: 'bac', from: PACE_ONLY_FROM, concerns: 'issue', standing: bac === undefined ? 'unknown' : 'missing', says: bac === undefined ? 'files do not tell whether the chip still takes BAC' : 'the chip still takes BAC', clause: ACCESS })
  }
  if (day >= BAC_ENDS && bac !== false) {
    items.push({ code: 'bac-in-circulation', from: BAC_ENDS, concerns: 'circulation', standing: bac === undefined ? 'unknown' : 'missing', says: 'documents whose chip takes BAC must be out of circulation', clause: ACCESS })
  }
  return items
}

/** The encoding of the face against what may be written on the day. */
function faceItems(d: OutlookDocument, day: string): readonly OutlookItem[] {
  const rule = FACE_FORMAT_RULES.findLast((r) => r.from === undefined || r.from <= day)
  if (rule?.from === undefined) return []
  const item = (standing: OutlookItem['standing'], says: string): OutlookItem => ({ code: 'face-encoding', from: rule.from!, concerns: 'issue', standing, says, clause: rule.clause })
  const bytes = d.dump['DG2']
  const dg2 = bytes && decodeDg2(bytes)
  const must = rule.write.length === 1
  if (dg2?.ok !== true) return must ? [item('unknown', bytes === undefined ? 'DG2 is not at hand' : 'DG2 cannot be read')] : []
  const wrong = dg2.value.templates.filter((t) => t.format === 'unknown' || !rule.write.includes(t.format)).map((t) => t.format)
  return wrong.length === 0 ? [] : [item('missing', `the face is in ${[...new Set(wrong)].join(', ')}; ${rule.write.join(' or ')} is required`)]
}

/**
 * What a document misses of the rules as they stand on a day: its document code, PACE, the end of BAC, the encoding of
 * the face. Rules of issue are applied as if it were issued on that day.
 *
 * @source Doc 9303-4 §4.4, Doc 9303-11 §4.1, Doc 9303-10 §4.5.6
 */
export function missingAt(document: OutlookDocument, at: Date): readonly OutlookItem[] {
  const day = at.toISOString().slice(0, 10)
  return [...codeItems(document, day), ...accessItems(document, day), ...faceItems(document, day)]
}

/** The document code as if it were issued on the day, and the day by which documents of an old code must have ended. */
function codeItems(d: OutlookDocument, day: string): readonly OutlookItem[] {
  const dg1 = d.dump['DG1'] && decodeDg1(d.dump['DG1'])
  const { format, fields } = dg1?.ok === true ? parseMrz(dg1.value.mrz) : { format: undefined, fields: {} as Readonly<Record<string, string>> }
  const code = fields['documentCode']
  if (format === undefined || code === undefined) {
    return day < CODES_FROM ? [] : [{ code: 'document-code', from: CODES_FROM, concerns: 'issue', standing: 'unknown', says: 'the document code cannot be read', clause: 'Doc 9303-4 §4.4' }]
  }
  const items: OutlookItem[] = []
  const { standing, from, says, clause } = judgeDocumentCode(code, format, new Date(day))
  if (standing === 'forbidden' || standing === 'unknown') items.push({ code: 'document-code', from: from ?? day, concerns: 'issue', standing: 'missing', says, clause })
  const last = lastExpiryOf(code, format)
  if (last !== undefined && day >= last) items.push({ code: 'document-code', from: last, concerns: 'circulation', standing: 'missing', says: `documents of the code ${code} must have expired before ${last}`, clause })
  return items
}
