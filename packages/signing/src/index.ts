export {
  messageText, certificateRequestText, SIGNER_RULES, type SodRequest, type SodAnswer, type AnchorRequest, type AnchorAnswer, type MessageRequest, type SignedMessage,
  type RequestedUse, type CertificateRequestAnswer, type CertificateImport, type SignerHealth, type SignerKey, type SignerRefusal,
} from './message.ts'
export { parseSodRequest, parseAnchorRequest, parseMessageRequest, parseSignedMessage, parseCertificateImport, parseAnchor } from './parse.ts'
