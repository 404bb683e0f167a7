import { type Command, type Response } from '../access/apdu.ts'
import { hex } from '../asn1/value.ts'
import { lengthBytes } from '../asn1/write.ts'
import { APPLICATION_FILES, APPLICATION_ID, MASTER_FILES, type LdsFile } from '../lds/file.ts'
import { type ChipMemory } from './state.ts'

/** Where in the tree of files a chip stands. */
export interface Position { readonly folder: 'master' | 'application'; readonly file: string | undefined }

export const AT_START: Position = { folder: 'master', file: undefined }

/** What is answered, and where the chip stands then. */
export interface FileStep { readonly response: Response; readonly at: Position }

/** Whether a file may be read now. */
export type MayRead = (file: string) => 'yes' | 'no'

const NONE = new Uint8Array()
export const word = (sw: number): Response => ({ data: NONE, sw })
const OK = 0x9000
const MASTER_FILE = 0x3f00

/** Who may judge terminals: a file that the chip keeps itself. @source BSI TR-03110-3 A.6.2.4 */
export const EF_CVCA: LdsFile = { name: 'EF.CVCA', fid: 0x011c, sfid: 0x1c, tag: 0x42 }

export const filesOf = (folder: Position['folder']): readonly LdsFile[] => (folder === 'application' ? APPLICATION_FILES : MASTER_FILES)
const readableOf = (folder: Position['folder']): readonly LdsFile[] => (folder === 'application' ? [...APPLICATION_FILES, EF_CVCA] : MASTER_FILES)

/** What the commands on files need. */
interface Files { readonly memory: ChipMemory; readonly mayRead: MayRead; readonly applicationId?: string }

/** SELECT by name (P1 04), by identifier (00, 02) or of the master file. @source ISO/IEC 7816-4 §11.2.2, Doc 9303-10 §3.6.2 */
export function select(c: Command, at: Position, o: Files): FileStep {
  if (c.p1 === 0x04) {
    return hex(c.data) === (o.applicationId ?? APPLICATION_ID) ? { response: word(OK), at: { folder: 'application', file: undefined } } : { response: word(0x6a82), at }
  }
  if (c.p1 !== 0x00 && c.p1 !== 0x02) return { response: word(0x6a86), at }
  const fid = c.data.length === 2 ? c.data[0]! * 256 + c.data[1]! : c.data.length === 0 ? MASTER_FILE : -1
  if (c.p1 === 0x00 && fid === MASTER_FILE) return { response: word(OK), at: AT_START }
  const name = readableOf(at.folder).find((f) => f.fid === fid)?.name
  if (name === undefined) return { response: word(0x6a82), at }
  // a closed chip does not say which files it has
  if (o.mayRead(name) === 'no') return { response: word(0x6982), at }
  return o.memory.files.has(name) ? { response: word(OK), at: { ...at, file: name } } : { response: word(0x6a82), at }
}

/** Where a READ BINARY begins: in the current file, or in one named by its short identifier. */
function target(c: Command, at: Position): { readonly file: string | undefined; readonly offset: number } | undefined {
  if (c.ins === 0xb1) {
    const sfid = c.p1 * 256 + c.p2
    const file = sfid === 0 ? at.file : readableOf(at.folder).find((f) => f.sfid === sfid)?.name
    if (c.data[0] !== 0x54 || c.data[1] !== c.data.length - 2 || c.data[1] === 0 || c.data[1]! > 4) return undefined
    return { file, offset: c.data.subarray(2).reduce((n, b) => n * 256 + b, 0) }
  }
  if ((c.p1 & 0x80) === 0) return { file: at.file, offset: c.p1 * 256 + c.p2 }
  return { file: readableOf(at.folder).find((f) => f.sfid === (c.p1 & 0x1f))?.name, offset: c.p2 }
}

/** READ BINARY, even and odd. @source ISO/IEC 7816-4 §11.3.3, Doc 9303-10 §3.6.3 */
export function read(c: Command, at: Position, o: Files): FileStep {
  const where = target(c, at)
  if (where === undefined) return { response: word(0x6a80), at }
  if (c.le === undefined) return { response: word(0x6700), at }
  const { file, offset } = where
  if (file === undefined) return { response: word(at.file === undefined && (c.p1 & 0x80) === 0 && c.ins === 0xb0 ? 0x6986 : 0x6a82), at }
  if (o.mayRead(file) === 'no') return { response: word(0x6982), at }
  const bytes = o.memory.files.get(file)
  if (bytes === undefined) return { response: word(0x6a82), at }
  if (offset > bytes.length) return { response: word(0x6b00), at: { ...at, file } }
  const short = o.memory.fault?.kind === 'short-read'
  const part = bytes.subarray(offset, offset + Math.min(room(c), short ? 200 : Infinity))
  const data = c.ins === 0xb0 ? part : Uint8Array.of(0x53, ...lengthBytes(part.length), ...part)
  return { response: { data, sw: part.length < room(c) && !short ? 0x6282 : OK }, at: { ...at, file } }
}

/** Bytes of the file that fit into the answer; the odd command has its data in an object. */
function room(c: Command): number {
  const le = c.le ?? 0
  return c.ins === 0xb0 ? le : Math.max(0, le - (le <= 0x81 ? 2 : le <= 0x102 ? 3 : 4))
}
