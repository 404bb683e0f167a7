import { OK, type LengthForm } from '../access/apdu.ts'
import { lengthAhead, Malformed, readTlv } from '../asn1/tlv.ts'
import { concat, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { type LdsFile } from '../lds/file.ts'
import { type Heard, type Speaker } from './speaker.ts'

/** Something in a reading that did not go as the standard has it, and did not end it. */
export interface ReadingOddity {
  readonly code: ReadingOddityCode
  /** The file, or the step. */
  readonly at: string
  readonly says: string
  readonly clause: string
}

export type ReadingOddityCode =
  | 'master-file-select' | 'application-other' | 'short-answers' | 'session-lost' | 'file-unreadable' | 'file-short' | 'bare-word' | 'listed-absent' | 'pace-hidden' | 'card-access-unreadable'

/** How many bytes are asked for at a time: what is refused once is not asked for again. */
export interface Ladder {
  /** Bytes of a file in one answer, and the form of the command. */
  readonly step: () => { readonly bytes: number; readonly form: LengthForm }
  /** The next shorter one; false when there is none. */
  readonly lower: () => boolean
  /** No more than this, as the chip says itself. */
  readonly cap: (bytes: number) => void
}

/** Lengths that chips of the field answer in full, the longest first. */
const SHORT = [256, 231, 223, 160, 128, 64]

/** @param told - bytes of the longest answer by EF.ATR/INFO; undefined: short answers */
export function openLadder(speaker: Pick<Speaker, 'room'>, told?: number): Ladder {
  const steps = told === undefined || told <= 256 ? SHORT : [told, ...SHORT]
  const bytesAt = (i: number): number => (steps[i]! > 256 ? speaker.room(steps[i]!) : Math.min(speaker.room(256), steps[i]!))
  let at = 0
  let most = Infinity
  return {
    step: () => ({ bytes: Math.max(1, Math.min(bytesAt(at), most)), form: steps[at]! > 256 && most > 256 ? 'extended' : 'short' }),
    lower: () => {
      const now = Math.min(bytesAt(at), most)
      while (at < steps.length - 1) if (bytesAt(++at) < now) return true
      return false
    },
    cap: (bytes) => { most = Math.min(most, bytes) },
  }
}

/** What a reading is done with. */
export interface Line {
  readonly speaker: Speaker
  readonly ladder: Ladder
  readonly note: (o: ReadingOddity) => void
  /** Access gained anew and the application selected; false when that cannot be had. */
  readonly regain: (at: string, because: string) => Promise<boolean>
}

/** What came of one file. */
export type FileReading =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly stage: 'select' | 'read'; readonly heard: Heard }
  /** The session is over. */
  | { readonly kind: 'lost'; readonly stage: 'select' | 'read'; readonly heard: Heard }

export const ABSENT: readonly number[] = [0x6a82, 0x6a88]
export const READABLE: readonly number[] = [OK, 0x6282]
const EVEN_LIMIT = 0x8000
const LONGEST = 0x1000000
const HEAD = 8
const MOST_ADVICE = 4
const MOST_TRIES = 4
const CLAUSE = 'Doc 9303-10 §3.6.3'

function unwrapOdd(data: Uint8Array): Uint8Array | undefined {
  try {
    const t = readTlv(data, 0, data.length, { mode: 'ber' })
    return t.tag === 0x53 ? data.subarray(t.body, t.end) : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** Some bytes of the selected file; the odd command where the even one does not reach. @source ISO/IEC 7816-4 §11.3.3 */
export async function readPart(speaker: Speaker, file: string, o: { readonly offset: number; readonly length: number }): Promise<Heard> {
  const { offset, length } = o
  const form = length > speaker.room(256) ? 'extended' : 'short'
  if (offset < EVEN_LIMIT) return speaker.say(`read ${file}`, { cla: 0, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, data: new Uint8Array(), le: length, form })
  const asked = tlv(0x54, unhex(offset.toString(16).padStart(6, '0')))
  const heard = await speaker.say(`read ${file}`, { cla: 0, ins: 0xb1, p1: 0, p2: 0, data: asked, le: length, form })
  if (!READABLE.includes(heard.response.sw)) return heard
  const body = unwrapOdd(heard.response.data)
  return body === undefined ? { ...heard, says: 'the answer to the odd command has no object 53' } : { ...heard, response: { data: body, sw: heard.response.sw } }
}

/** Where the odd command is at work, tag and length of its object take room in the answer. */
const oddHead = (offset: number): number => (offset >= EVEN_LIMIT ? 4 : 0)

const isLengthWord = (sw: number): boolean => sw === 0x6700 || sw >> 8 === 0x6c

/** Takes a refusal of the length for what it says: the chip's own number, or the next shorter one of ours. */
function shorten(line: Line, sw: number, o: { readonly file: string; readonly asked: number }): boolean {
  const advised = sw >> 8 === 0x6c ? (sw & 0xff) || 256 : undefined
  const lower = advised !== undefined && advised < o.asked
  if (lower) line.ladder.cap(advised)
  else if (!line.ladder.lower()) return false
  line.note({ code: 'short-answers', at: o.file, says: `${o.asked} bytes at a time are refused; ${line.ladder.step().bytes} are asked for`, clause: CLAUSE })
  return true
}

/** The selected file, whole: its length is in its first bytes. Chips that give less than asked are asked again. */
async function readSelected(line: Line, file: string): Promise<FileReading> {
  const parts: Uint8Array[] = []
  let have = 0
  let total: number | undefined
  let refusals = 0
  while (total === undefined || have < total) {
    const { bytes } = line.ladder.step()
    const asked = total === undefined ? Math.min(HEAD, bytes) : Math.max(1, Math.min(bytes, total - have + oddHead(have)))
    const heard = await readPart(line.speaker, file, { offset: have, length: asked })
    const { sw, data } = heard.response
    if ((heard.says === undefined || heard.bare === true) && isLengthWord(sw)) {
      if (refusals++ < MOST_ADVICE + SHORT.length && shorten(line, sw, { file, asked })) continue
      return { kind: 'failed', stage: 'read', heard }
    }
    if (heard.says !== undefined) return { kind: 'lost', stage: 'read', heard }
    if (have > 0 && (sw === 0x6b00 || (READABLE.includes(sw) && data.length === 0))) {
      line.note({ code: 'file-short', at: file, says: `${have} bytes are there; the file begins as one of ${total}`, clause: 'Doc 9303-10 §3.11' })
      break
    }
    if (!READABLE.includes(sw) || data.length === 0) return { kind: 'failed', stage: 'read', heard }
    total ??= lengthAhead(data)
    if (total === undefined) return { kind: 'failed', stage: 'read', heard: { ...heard, says: 'the file does not begin with a tag and a length' } }
    if (total > LONGEST) return { kind: 'failed', stage: 'read', heard: { ...heard, says: `a file of ${total} bytes is longer than can be addressed` } }
    const part = data.subarray(0, total - have)
    parts.push(part)
    have += part.length
  }
  return { kind: 'read', bytes: concat(...parts) }
}

export const select = async (speaker: Speaker, file: LdsFile): Promise<Heard> => speaker.say(`select ${file.name}`, { cla: 0, ins: 0xa4, p1: 0x02, p2: 0x0c, data: Uint8Array.of(file.fid >> 8, file.fid & 0xff) })

/** Selects a file and reads it, within the session there is. */
export async function readOnce(line: Line, file: LdsFile): Promise<FileReading> {
  const heard = await select(line.speaker, file)
  if (heard.bare === true && ABSENT.includes(heard.response.sw)) {
    // some chips protect no error. Whoever stands between could say so, too, as he could cut the line: what is missing shows
    line.note({ code: 'bare-word', at: file.name, says: 'said to be absent without protection', clause: 'Doc 9303-11 §9.8.3' })
    return { kind: 'absent' }
  }
  if (heard.says !== undefined) return { kind: 'lost', stage: 'select', heard }
  if (ABSENT.includes(heard.response.sw)) return { kind: 'absent' }
  if (heard.response.sw !== OK) return { kind: 'failed', stage: 'select', heard }
  return readSelected(line, file.name)
}

/** A file that is no single object but a series: as much as there is. */
export async function readSeries(line: Line, file: LdsFile): Promise<FileReading> {
  const heard = await select(line.speaker, file)
  if (heard.says !== undefined) return { kind: 'lost', stage: 'select', heard }
  if (heard.response.sw !== OK) return { kind: 'absent' }
  const read = await readPart(line.speaker, file.name, { offset: 0, length: line.speaker.room(256) })
  if (read.says !== undefined) return { kind: 'lost', stage: 'read', heard: read }
  return READABLE.includes(read.response.sw) && read.response.data.length > 0 ? { kind: 'read', bytes: read.response.data } : { kind: 'failed', stage: 'read', heard: read }
}

/**
 * A file of the application: where the session breaks, access is gained anew and the file read again with shorter
 * answers, some times. `lost` is only what leaves no session behind.
 */
export async function readFile(line: Line, file: LdsFile): Promise<FileReading> {
  for (let tries = 1; ; tries++) {
    const got = await readOnce(line, file)
    if (got.kind !== 'lost') return got
    if (got.stage === 'read') line.ladder.lower()
    if (!(await line.regain(file.name, got.heard.says ?? ''))) return got
    if (tries === MOST_TRIES) return { ...got, kind: 'failed' }
  }
}
