// Writes a document on a chip and reads it back. The chip is a virtual one: any `Transmit` does, over PC/SC or NFC as well.
import { personaliseChip, readChip, virtualChip, type Transmit } from 'icao9303'

import { foundPki, issue } from './utopia.ts'

const { ds, sign } = await foundPki()
const document = await issue(ds, sign)

const chip = virtualChip()
const transmit: Transmit = async (command) => chip.transmit(command)
const written = await personaliseChip(transmit, document)
console.log('written and locked:', written.ok)

const read = await readChip(transmit)
if (read.ok) console.log(Object.keys(read.value).sort().join(', '), Object.entries(read.value).every(([name, bytes]) => Buffer.compare(bytes, document[name]!) === 0))

// A locked chip takes no more: the refusal says at which step, with the chip's own word.
const again = await personaliseChip(transmit, document)
if (!again.ok) console.log(again.error.step, again.error.file, again.error.statusWord)

// Prints:
// written and locked: true
// DG1, DG2, EF.COM, EF.SOD true
// create DG1 6985
