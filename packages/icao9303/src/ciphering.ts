import { type Ciphering } from './crypto.ts'

const BLOCK = { '3DES': 8, AES: 16 } as const
const KEYS: Readonly<Record<Ciphering['cipher'], readonly number[]>> = { '3DES': [16, 24], AES: [16, 24, 32] }

/** Refuses a run whose key, vector or text has a wrong length, alike on every platform. @throws RangeError */
export function demandLengths(run: Ciphering): void {
  const block = BLOCK[run.cipher]
  if (!KEYS[run.cipher].includes(run.key.length)) throw new RangeError(`a key of ${KEYS[run.cipher].join(' or ')} bytes for ${run.cipher}`)
  if (run.mode === 'CBC' && run.iv?.length !== block) throw new RangeError(`an initial vector of ${block} bytes`)
  if (run.bytes.length % block !== 0) throw new RangeError(`whole blocks of ${block} bytes`)
}
