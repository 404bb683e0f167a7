import { childrenOf, readTlv, type Tlv } from '../asn1/tlv.ts'
import { hex, integerOf, octetsOf, oidOf, TAG, textOf } from '../asn1/value.ts'
import { decoding, type Decoded, type Reading } from './decoded.ts'
import { parseSod, type Sod } from './security-object.ts'
import { laySignedData, quietly } from './signed-layout.ts'

/** LDSSecurityObject, part by part. */
function layObject(t: Tlv, reading: Reading): void {
  const parts = (x: Tlv): readonly Tlv[] => childrenOf(x, reading.policy)
  const [version, algorithm, hashes, versions] = parts(t)
  if (version === undefined || algorithm === undefined || hashes === undefined) return
  reading.lay('object', t)
  reading.lay('object.version', version, String(integerOf(version)))
  const identifier = parts(algorithm)[0]
  reading.lay('object.hashAlgorithm', algorithm, identifier === undefined ? '' : oidOf(identifier))
  for (const entry of parts(hashes)) {
    const [number, value] = parts(entry)
    if (number !== undefined && value !== undefined) reading.lay(`object.hashes[DG${integerOf(number)}]`, value, hex(octetsOf(value, 'X.690 §8.7', reading.policy)))
  }
  const [lds, unicode] = versions?.tag === TAG.sequence ? parts(versions) : []
  if (lds !== undefined) reading.lay('object.ldsVersion', lds, textOf(lds))
  if (unicode !== undefined) reading.lay('object.unicodeVersion', unicode, textOf(unicode))
}

/** EF.SOD with the place of every part. What departs from the profile is told by `parseSod`, and here as there. */
export function decodeSodFile(bytes: Uint8Array): Decoded<Sod> {
  const sod = parseSod(bytes)
  if (!sod.ok) return sod
  const { signed } = sod.value
  const { layout } = decoding((_, loud) => {
    const reading = quietly(loud)
    laySignedData(bytes, readTlv(bytes, 0, bytes.length, reading.policy).body, { reading, signed })
    if (signed.contentAt !== undefined) layObject(readTlv(bytes, signed.contentAt, signed.contentAt + signed.content.length, reading.policy), reading)
  })
  return { ...sod, layout }
}
