// DER for whoever reads or writes structures beside the standard: CMS with other attributes, time stamps, requests
// reading: whole values of DER, or of BER where others write it; what cannot be read throws `Malformed`
export { childrenOf, Cursor, Malformed, readTlv, readWhole, valueOf, wholeOf, type ReadPolicy, type Tlv } from './asn1/tlv.ts'
export { bitsOf, hex, integerOf, isSame, octetsOf, oidOf, smallOf, TAG, textOf, timeOf, unhex } from './asn1/value.ts'
export { hashOf, schemeOf } from './pki/algorithm.ts'
// writing
export { bits, context, implicit, integer, nothing, octets, oid, sequence, setOf, time, tlv, utf8Text, yes } from './asn1/write.ts'
export { hashIdentifier, signatureIdentifier } from './pki/algorithm.ts'
