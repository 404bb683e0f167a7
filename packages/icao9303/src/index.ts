// mrz
export { checkDigit } from './mrz/check-digit.ts'
export { parseMrz, parseName, type Mrz, type MrzCheck, type MrzDefect } from './mrz/parse.ts'
export { composeMrz, type MrzFields, type ComposedMrz } from './mrz/compose.ts'
export { composeName, type NameField } from './mrz/name.ts'
export { transliterate, type Transliteration } from './mrz/transliterate.ts'
// lds
export { encodeCom, decodeCom, type Com } from './lds/com.ts'
export { encodeDg1, decodeDg1, type Dg1 } from './lds/dg1.ts'
export { encodeDg2, decodeDg2, type Dg2, type Face } from './lds/dg2.ts'
export { encodeDg11, decodeDg11, type Dg11 } from './lds/dg11.ts'
export { contentInfoOf } from './lds/security-object.ts'
export { recogniseFile, APPLICATION_FILES, MASTER_FILES, type LdsFile } from './lds/file.ts'
export { type Decoded, type Field, type FileDefect } from './lds/decoded.ts'
export {
  decodeSecurityInfos, encodeSecurityInfos, type ActiveAuthenticationInfo, type ChipAuthenticationDomainParameterInfo, type ChipAuthenticationInfo,
  type ChipAuthenticationPublicKeyInfo, type EfDirInfo, type PaceDomainParameterInfo, type PaceInfo, type SecurityInfo, type SecurityInfos,
  type TerminalAuthenticationInfo, type UnknownSecurityInfo,
} from './lds/security-info.ts'
export { activeAuthenticationInfo, chipAuthenticationInfo, chipAuthenticationKey, efDirInfo, paceInfo, terminalAuthenticationInfo } from './lds/security-info-build.ts'
export { protocolName, type KeyAgreement, type Mapping } from './lds/security-protocol.ts'
// pki
export { buildCsca, buildLink, buildDs, buildMasterListSigner, buildDeviationListSigner, buildBarCodeSigner, type Authority, type Validity } from './pki/build.ts'
export { type BarCodeSignerOrder, type CertificateOrder, type CscaOrder, type DsOrder, type LinkOrder, type ListSignerOrder } from './pki/build.ts'
export { keyIdentifier, type CurveForm } from './pki/key.ts'
export { type Signer } from './pki/signer.ts'
export { parseCertificate, isSignedBy, type Certificate } from './pki/certificate.ts'
export { buildRequest, parseRequest, type CertificateRequest, type RequestOrder } from './pki/request.ts'
export { buildCrl, parseCrl, type Crl, type CrlOrder } from './pki/crl.ts'
export { parseMasterList, buildMasterList, type MasterList, type MasterListOrder } from './pki/master-list.ts'
export { parseDeviationList, buildDeviationList, type DeviationList, type DeviationListOrder, type DeviationNote } from './pki/deviation-list.ts'
export { DEVIATIONS, type DeviantDocuments, type DeviantSigner, type DeviationCode, type DeviationDescription, type DeviationPlace, type DocumentDeviation } from './pki/deviation.ts'
export { deviationsFor, type DocumentFacts, type KnownDeviation } from './pki/known-deviation.ts'
export { type UnreadEntry } from './pki/signed-list.ts'
export { renderName, isSameName, countryOf, type Name } from './pki/name.ts'
export { dsDefects, cscaDefects, type ProfileDefect } from './pki/profile.ts'
export { type Trust } from './pki/path.ts'
export { readTrust, wrapPem, unwrapPem, type TrustReading } from './trust.ts'
// both sides of the counter
export { sodSigner, hashGroups, type SodSigner, type SodOrder } from './sign.ts'
export { inspect, inspector, type Dump, type InspectionCase, type InspectionOrder, type InspectionReport, type Inspector } from './verify.ts'
export { parseSod, sodDefects, type SecurityObject, type Sod } from './lds/security-object.ts'
export { type Deviation, type SignedAttributes, type SignedData, type SignerId, type SignerInfo } from './cms/signed-data.ts'
export { verdictOf, type Check, type ChipOutcome, type ChipSession, type Defect, type Evidence, type Outcome, type Policy, type VerdictName } from './report.ts'
export { type Awaitable, type Ciphering, type Crypto, type HashName, type Scheme, type Sign, type Signed } from './crypto.ts'
// access
export { encodeCommand, parseCommand, encodeResponse, parseResponse, renderStatus, triesLeft, type Command, type LengthForm, type Response, type Transmit } from './access/apdu.ts'
export { deriveKey, mrzInformation, readMrzInformation, sessionKeys, CIPHER_SUITES, type CipherSuite, type DocumentKey, type KeyPurpose, type Password, type SessionCipher, type SessionKeys } from './access/key.ts'
export { macOf, type Mac } from './access/mac.ts'
export { chipChannel, terminalChannel, roomInAnswer, type ChannelState, type ChipChannel, type SecureAnswer, type SecureCommand, type SecureFault, type TerminalChannel } from './access/secure-messaging.ts'
// chip
export { virtualChip, BLANK_CHIP, type VirtualChip, type ChipState, type ChipFault, type ChipLife } from './chip/virtual-chip.ts'
export { personaliseChip, readChip, type ChipTrouble, type ChipResult } from './chip/terminal.ts'
