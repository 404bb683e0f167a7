/** One run of SM4 without padding. */
export interface Sm4Run {
  readonly mode: 'ECB' | 'CBC' | 'CTR'
  /** In CTR both are the same. */
  readonly direction: 'encrypt' | 'decrypt'
  /** 16 bytes. */
  readonly key: Uint8Array
  /** 16 bytes: the vector of CBC, the first counter of CTR; ignored in ECB. */
  readonly iv?: Uint8Array
  /** A whole number of blocks of 16 bytes; any length in CTR. */
  readonly bytes: Uint8Array
}

/** What the national algorithms are computed with: `portableEngine` anywhere, `nodeEngine` of `@causeway/national/node` by OpenSSL. */
export interface Engine {
  /** The SM3 hash, 32 bytes. @source GB/T 32905-2016 */
  readonly sm3: (bytes: Uint8Array) => Uint8Array
  /** @source GB/T 32907-2016 @throws RangeError on a key, vector or text of a wrong length: the caller built them, so it is a bug */
  readonly sm4: (run: Sm4Run) => Uint8Array
  /** Fresh random bytes. */
  readonly random: (length: number) => Uint8Array
  /** [secret]G on the SM2 curve, 65 bytes 04‖x‖y. The secret has 32 bytes and is from 1 to below the order. */
  readonly basePoint: (secret: Uint8Array) => Uint8Array
}

const BLOCK = 16

export function demandLengths(run: Sm4Run): void {
  if (run.key.length !== BLOCK) throw new RangeError('a key of SM4 has 16 bytes')
  if (run.mode !== 'ECB' && run.iv?.length !== BLOCK) throw new RangeError('a vector of SM4 has 16 bytes')
  if (run.mode !== 'CTR' && run.bytes.length % BLOCK !== 0) throw new RangeError('SM4 takes whole blocks of 16 bytes')
}
