// Writes a document on a chip that makes its own key and opens by PACE, reads it with the number on the card, and
// examines what was read and the chip itself.
// The chip is a virtual one: any `Transmit` does, over PC/SC or NFC as well.
import { BLANK_CHIP, chipAuthenticationInfo, chipAuthenticationKey, encodeSecurityInfos, generateChipKey, inspect, paceInfo, personaliseChip, readChip, readTrust, virtualChip } from 'icao9303'

import { crypto, day, foundPki, issue } from './utopia.ts'

const { csca, crl, ds, sign } = await foundPki()
const chip = virtualChip(BLANK_CHIP, crypto)

// The private half stays in the chip; the public half stands in DG14, signed with the rest.
const key = await generateChipKey(chip.transmit, { parameterId: 13, use: 'chip-authentication' })
if (!key.ok) throw new Error(JSON.stringify(key.error))
const infos = [paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-256', parameterId: 13 })]
const document = await issue(ds, sign, [...infos, chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-256' }), chipAuthenticationKey(key.value)])

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
console.log(report.verdict)
for (const c of report.checks.filter((x) => ['access', 'chip-authentication'].includes(x.name))) console.log(c.name, c.outcome)

// A clone has every file, and cannot have the key.
const clone = virtualChip({ ...chip.state(), keys: [] }, crypto)
const copied = await readChip(clone.transmit, { passwords: [{ kind: 'can', text: '123456' }], crypto })
if (copied.ok) {
  const found = await inspect(copied.value.files, { trust, at: day('2026-03-10'), policy: 'strict', crypto, chip: copied.value.session })
  console.log(found.verdict, found.checks.filter((c) => c.outcome === 'failed').map((c) => c.name).join())
}

// The wrong number: who refused, at which step, with the chip's own word.
const shut = await readChip(virtualChip(chip.state(), crypto).transmit, { passwords: [{ kind: 'can', text: '654321' }], crypto })
if (!shut.ok) console.log(shut.error.step, shut.error.file, shut.error.statusWord)

// Prints:
// written and locked: true
// PACE DG1, DG14, DG2, EF.COM, EF.CardAccess, EF.SOD
// genuine
// access passed
// chip-authentication passed
// faulty chip-authentication
// access PACE mutual-authentication 6300
