// Writes a document on a chip that opens by PACE, reads it with the number on the card, and examines what was read.
// The chip is a virtual one: any `Transmit` does, over PC/SC or NFC as well.
import { BLANK_CHIP, encodeSecurityInfos, inspect, personaliseChip, paceInfo, readChip, readTrust, virtualChip } from 'icao9303'

import { crypto, day, foundPki, issue } from './utopia.ts'

const { csca, crl, ds, sign } = await foundPki()
const infos = [paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-256', parameterId: 13 })]
const document = await issue(ds, sign, infos)

const chip = virtualChip(BLANK_CHIP, crypto)
const files = { ...document, 'EF.CardAccess': encodeSecurityInfos({ infos }) }
const written = await personaliseChip(chip.transmit, { files, access: 'pace', secrets: { can: '123456' } })
console.log('written and locked:', written.ok)

// Power off, power on: what a chip holds can be kept and woken up again.
const awake = virtualChip(chip.state(), crypto)
const read = await readChip(awake.transmit, { passwords: [{ kind: 'can', text: '123456' }], crypto })
if (!read.ok) throw new Error(JSON.stringify(read.error))
console.log(read.value.access, Object.keys(read.value.files).sort().join(', '))

const { trust } = await readTrust([{ name: 'csca.der', bytes: csca }, { name: 'uto.crl', bytes: crl }], crypto)
const report = await inspect(read.value.files, { trust, at: day('2026-03-10'), policy: 'strict', crypto, chip: read.value.session })
console.log(report.verdict, report.checks.filter((c) => c.name === 'access').map((c) => `${c.outcome}: ${c.says}`).join())

// The wrong number: who refused, at which step, with the chip's own word.
const shut = await readChip(virtualChip(chip.state(), crypto).transmit, { passwords: [{ kind: 'can', text: '654321' }], crypto })
if (!shut.ok) console.log(shut.error.step, shut.error.file, shut.error.statusWord)

// Prints:
// written and locked: true
// PACE DG1, DG14, DG2, EF.COM, EF.CardAccess, EF.SOD
// genuine passed: PACE with GM on brainpoolP256r1, AES-256
// access PACE mutual-authentication 6300
