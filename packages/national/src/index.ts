// engine
export { type Engine, type Sm4Run } from './engine.ts'
export { portableEngine } from './portable.ts'
// the algorithms
export { encryptSm4Cbc, decryptSm4Cbc, sm4Ctr, sealSm4, openSm4, sm4Cmac, type Sm4Sealing, type Sm4Text } from './sm4.ts'
export { signSm2, sm2Signer, verifySm2, sm2Check, identityHash, convertSignature, DEFAULT_USER_ID, type SignatureForm, type Sm2Check, type Sm2Options, type Sm2Sign } from './sm2.ts'
export { generateSm2Key, sm2PointOf, encodeSm2Spki, decodeSm2Spki, encodeSm2Pkcs8, decodeSm2Pkcs8, wrapPem, unwrapPem, type Sm2Key } from './key.ts'
export { encryptSm2, decryptSm2 } from './encryption.ts'
// certificates and messages
export { type Name, type NameOrder } from './name.ts'
export {
  parseNationalCertificate, certificateFaults, buildNationalRoot, buildNationalCertificate, buildNationalRequest, parseNationalRequest, type CertificateExamination, type CertificateExtension,
  type CertificateFault, type CertificateUse, type KeyUsage, type NationalCertificate, type NationalCertificateOrder, type Sm2Signing,
} from './certificate.ts'
export { buildNationalSignedData, verifyNationalSignedData, type MessageSyntax, type ProvenData, type SignedDataExamination, type SignedDataOrder, type SignedDataRefusal } from './signed-data.ts'
// families
export { familyOf, familyOfKey, nationalFamily, internationalFamily, type Bound, type Family, type FamilyName } from './family.ts'
