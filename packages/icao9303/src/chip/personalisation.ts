import { OK, encodeCommand, parseResponse, statusHex, type Command, type Response, type Transmit } from '../access/apdu.ts'
import { standardCurveName } from '../access/group.ts'
import { Cursor, Malformed, readWhole, valueOf } from '../asn1/tlv.ts'
import { unhex } from '../asn1/value.ts'
import { APPLICATION_FILES, APPLICATION_ID, MASTER_FILES, type LdsFile } from '../lds/file.ts'
import { CURVES, explicitSpki, type Curve } from '../pki/curve.ts'
import { ACCESS_BY_VALUE, KEY_USE_BY_VALUE, oddUpdate, PUT } from './issuing.ts'
import { type ChipAccess, type ChipKeyUse, type ChipSecrets } from './state.ts'

/** What kept a chip from being read or written: the step, the file and the chip's own word. */
export interface ChipTrouble { readonly step: ChipStage; readonly file: string; readonly statusWord: string; readonly says?: string }
export type ChipStage = 'select' | 'create' | 'write' | 'put' | 'generate' | 'lock' | 'read' | 'access'
export type ChipResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ChipTrouble }

const CHUNK = 224
const CLAUSE = 'ISO/IEC 7816-8 §11.2'
const EVEN_LIMIT = 0x8000

const failed = (step: ChipStage, file: string, r: Response | undefined): { readonly ok: false; readonly error: ChipTrouble } => ({ ok: false, error: { step, file, statusWord: r === undefined ? '' : statusHex(r.sw) } })

/** Sends one command of a known step; what is not 9000 is trouble. */
async function tell(transmit: Transmit, step: { readonly stage: ChipStage; readonly file: string }, command: Omit<Command, 'cla'>): Promise<ChipResult<Response>> {
  const r = parseResponse(await transmit(encodeCommand({ cla: 0, ...command })))
  return r?.sw === OK ? { ok: true, value: r } : failed(step.stage, step.file, r)
}

const selectFolder = async (transmit: Transmit, folder: 'master' | 'application'): Promise<ChipResult<Response>> => (folder === 'application'
  ? tell(transmit, { stage: 'select', file: 'eMRTD application' }, { ins: 0xa4, p1: 0x04, p2: 0x0c, data: unhex(APPLICATION_ID) })
  : tell(transmit, { stage: 'select', file: 'master file' }, { ins: 0xa4, p1: 0x00, p2: 0x0c, data: unhex('3f00') }))

async function writeFile(transmit: Transmit, file: LdsFile, bytes: Uint8Array): Promise<ChipResult<Response>> {
  const size = [bytes.length >> 16, (bytes.length >> 8) & 0xff, bytes.length & 0xff]
  let last = await tell(transmit, { stage: 'create', file: file.name }, { ins: 0xe0, p1: 0, p2: 0, data: Uint8Array.of(file.fid >> 8, file.fid & 0xff, ...size) })
  for (let offset = 0; offset < bytes.length && last.ok; offset += CHUNK) {
    const part = bytes.subarray(offset, offset + CHUNK)
    const command = offset < EVEN_LIMIT ? { ins: 0xd6, p1: offset >> 8, p2: offset & 0xff, data: part } : { ins: 0xd7, p1: 0, p2: 0, data: oddUpdate(offset, part) }
    last = await tell(transmit, { stage: 'write', file: file.name }, command)
  }
  return last
}

/** What is written on a blank chip. */
export interface ChipOrder {
  /** By the names of `APPLICATION_FILES` and `MASTER_FILES`. */
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly access: ChipAccess
  readonly secrets: ChipSecrets
  /** Card-verifiable certificates that terminals will be judged by. */
  readonly trustPoints?: readonly Uint8Array[]
}

/**
 * Has the chip make a key pair. The private key never leaves it. Asked again, the same chip answers the same key.
 *
 * @returns SubjectPublicKeyInfo in DER, with explicit parameters as Doc 9303 wants them
 * @throws RangeError when the number is not that of a curve
 */
export async function generateChipKey(transmit: Transmit, o: { readonly parameterId: number; readonly use: ChipKeyUse }): Promise<ChipResult<Uint8Array>> {
  const curveOf = (id: number): Curve | undefined => CURVES.find((c) => c.name === standardCurveName(id))
  if (curveOf(o.parameterId) === undefined) throw new RangeError(`${o.parameterId} is no number of a curve`)
  const selected = await selectFolder(transmit, 'application')
  if (!selected.ok) return selected
  const made = await tell(transmit, { stage: 'generate', file: o.use }, { ins: 0x47, p1: 0x80, p2: KEY_USE_BY_VALUE.indexOf(o.use), data: Uint8Array.of(0x84, 1, o.parameterId), le: 256 })
  if (!made.ok) return made
  try {
    const template = new Cursor(readWhole(made.value.data, 0x7f49, CLAUSE), CLAUSE)
    const curve = curveOf(valueOf(template.take(0x84, 'the number of a curve'))[0] ?? 0)
    const point = valueOf(template.take(0x86, 'a point'))
    return curve === undefined ? failed('generate', o.use, made.value) : { ok: true, value: explicitSpki(curve, point) }
  } catch (error) {
    if (error instanceof Malformed) return failed('generate', o.use, made.value)
    throw error
  }
}

/**
 * Writes the files of a document on a blank chip, says how it is to be opened, and closes it for good. Begun again
 * after a cut, it writes everything anew.
 *
 * @throws RangeError on a file that no chip has
 */
export async function personaliseChip(transmit: Transmit, order: ChipOrder): Promise<ChipResult<true>> {
  const unknown = Object.keys(order.files).find((n) => ![...MASTER_FILES, ...APPLICATION_FILES].some((f) => f.name === n))
  if (unknown !== undefined) throw new RangeError(`no file ${unknown} on the chip`)
  for (const folder of ['master', 'application'] as const) {
    const here = (folder === 'master' ? MASTER_FILES : APPLICATION_FILES).filter((f) => order.files[f.name] !== undefined)
    const selected = here.length > 0 || folder === 'application' ? await selectFolder(transmit, folder) : undefined
    if (selected?.ok === false) return selected
    for (const file of here) {
      const written = await writeFile(transmit, file, order.files[file.name]!)
      if (!written.ok) return written
    }
  }
  const ascii = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
  const { mrz, can } = order.secrets
  const values: readonly (readonly [string, number, Uint8Array])[] = [
    ['access profile', PUT.access, Uint8Array.of(ACCESS_BY_VALUE.indexOf(order.access))],
    ...(mrz === undefined ? [] : [['MRZ key', PUT.mrz, ascii(mrz)] as const]),
    ...(can === undefined ? [] : [['CAN', PUT.can, ascii(can)] as const]),
    ...(order.trustPoints ?? []).map((t) => ['trust point', PUT.trustPoint, t] as const),
  ]
  for (const [file, p2, data] of values) {
    const done = await tell(transmit, { stage: 'put', file }, { ins: 0xdb, p1: 0x01, p2, data })
    if (!done.ok) return done
  }
  const locked = await tell(transmit, { stage: 'lock', file: 'chip' }, { ins: 0x44, p1: 0, p2: 0, data: new Uint8Array() })
  return locked.ok ? { ok: true, value: true } : locked
}
