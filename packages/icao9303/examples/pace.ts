// Gains access by PACE with the number printed on the card, and refuses to fall back in silence.
import { encodeResponse, gainAccess, paceChip, paceInfo, paceOffers, parseCommand, type SecurityInfos, type Transmit } from 'icao9303'

import { crypto } from './utopia.ts'

// What EF.CardAccess of this chip says: PACE with Generic Mapping on brainpoolP256r1, then AES-128.
const cardAccess: SecurityInfos = { infos: [paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 13 })] }

// The other side, for want of a card: a chip that knows one access number.
const chip = paceChip({ offers: paceOffers(cardAccess, crypto), passwords: [{ kind: 'can', text: '123456' }], crypto })
const transmit: Transmit = async (bytes) => {
  const command = parseCommand(bytes)
  const step = command && chip.answer(command)
  return encodeResponse(step?.response ?? { data: new Uint8Array(), sw: 0x6d00 })
}

const knock = (text: string) => gainAccess(transmit, { cardAccess, passwords: [{ kind: 'can', text }], policy: 'pace-preferred', crypto })
const open = await knock('123456')
if (open.ok) console.log(open.value.protocol, open.value.keys.cipher)

const shut = await knock('654321')
if (!shut.ok) console.log(shut.failures.map((f) => `${f.protocol} ${f.step}: ${f.code} ${f.statusWord}`).join('; '))

// Prints:
// PACE AES-128
// PACE mutual-authentication: refused 6300
