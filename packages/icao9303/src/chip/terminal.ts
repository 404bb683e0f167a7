import { type Transmit } from '../access/apdu.ts'
import { readTlv } from '../asn1/tlv.ts'
import { concat, unhex } from '../asn1/value.ts'
import { APPLICATION_FILES, APPLICATION_ID, type LdsFile } from '../lds/file.ts'

/** What kept a chip from being read or written: the step, the file and the chip's own word. */
export interface ChipTrouble { readonly step: 'select' | 'create' | 'write' | 'read' | 'lock'; readonly file: string; readonly statusWord: string }
export type ChipResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ChipTrouble }

const CHUNK = 224
const word = (r: Uint8Array): number => (r.at(-2) ?? 0) * 256 + (r.at(-1) ?? 0)
const trouble = (step: ChipTrouble['step'], file: string, response: Uint8Array): { readonly ok: false; readonly error: ChipTrouble } => ({ ok: false, error: { step, file, statusWord: word(response).toString(16).padStart(4, '0') } })

function command(ins: number, p1: number, p2: number, o: { readonly data?: Uint8Array; readonly le?: number } = {}): Uint8Array {
  const data = o.data ?? new Uint8Array()
  return Uint8Array.from([0x00, ins, p1, p2, ...(data.length > 0 ? [data.length, ...data] : []), ...(o.le === undefined ? [] : [o.le & 0xff])])
}

const fidBytes = (f: LdsFile): Uint8Array => Uint8Array.of(f.fid >> 8, f.fid & 0xff)

async function selectApplication(transmit: Transmit): Promise<ChipResult<true>> {
  const r = await transmit(command(0xa4, 0x04, 0x0c, { data: unhex(APPLICATION_ID) }))
  return word(r) === 0x9000 ? { ok: true, value: true } : trouble('select', 'eMRTD application', r)
}

/** Writes the files of a document on a blank chip and closes it for good. */
export async function personaliseChip(transmit: Transmit, files: Readonly<Record<string, Uint8Array>>): Promise<ChipResult<true>> {
  const selected = await selectApplication(transmit)
  if (!selected.ok) return selected
  for (const [name, bytes] of Object.entries(files)) {
    const file = APPLICATION_FILES.find((f) => f.name === name)
    if (file === undefined) throw new RangeError(`no file ${name} on the chip`)
    const made = await transmit(command(0xe0, 0, 0, { data: concat(fidBytes(file), Uint8Array.of(bytes.length >> 16, (bytes.length >> 8) & 0xff, bytes.length & 0xff)) }))
    if (word(made) !== 0x9000) return trouble('create', name, made)
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const r = await transmit(command(0xd6, at >> 8, at & 0xff, { data: bytes.subarray(at, at + CHUNK) }))
      if (word(r) !== 0x9000) return trouble('write', name, r)
    }
  }
  const locked = await transmit(command(0x44, 0, 0))
  return word(locked) === 0x9000 ? { ok: true, value: true } : trouble('lock', 'chip', locked)
}

/** One selected file, whole: its length is in its first bytes. Chips that return less than asked are asked again. */
async function readSelected(transmit: Transmit, file: string): Promise<ChipResult<Uint8Array>> {
  const ask = async (offset: number, n: number): Promise<Uint8Array> => transmit(command(0xb0, offset >> 8, offset & 0xff, { le: n }))
  const first = await ask(0, 8)
  if (![0x9000, 0x6282].includes(word(first)) || first.length < 4) return trouble('read', file, first)
  let total: number
  try {
    const head = first.subarray(0, -2)
    const padded = new Uint8Array(0x20000)
    padded.set(head)
    total = readTlv(padded, 0).next
  } catch {
    return trouble('read', file, first)
  }
  const parts: Uint8Array[] = [first.subarray(0, Math.min(first.length - 2, total))]
  let have = parts[0]!.length
  while (have < total) {
    const r = await ask(have, Math.min(CHUNK, total - have))
    if (![0x9000, 0x6282].includes(word(r)) || r.length <= 2) return trouble('read', file, r)
    parts.push(r.subarray(0, -2))
    have += r.length - 2
  }
  return { ok: true, value: concat(...parts).slice(0, total) }
}

/**
 * Every file that the chip has. A file that is not there is no trouble: but a chip that lost its power says the
 * same of every file, so the application is selected and the file asked for once more.
 */
export async function readChip(transmit: Transmit): Promise<ChipResult<Readonly<Record<string, Uint8Array>>>> {
  const selected = await selectApplication(transmit)
  if (!selected.ok) return selected
  const files: Record<string, Uint8Array> = {}
  for (const file of APPLICATION_FILES) {
    const select = command(0xa4, 0x02, 0x0c, { data: fidBytes(file) })
    let r = await transmit(select)
    if (word(r) === 0x6a82) {
      const again = await selectApplication(transmit)
      if (!again.ok) return again
      r = await transmit(select)
    }
    if (word(r) === 0x6a82) continue
    if (word(r) !== 0x9000) return trouble('select', file.name, r)
    const read = await readSelected(transmit, file.name)
    if (!read.ok) return read
    files[file.name] = read.value
  }
  return { ok: true, value: files }
}
