// Reads a machine-readable zone: its format, its fields, its check digits, and what is odd about it.
import { parseMrz } from 'icao9303'

const zone = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10']

const mrz = parseMrz(zone)
console.log(mrz.format, mrz.fields['primaryIdentifier'], mrz.fields['secondaryIdentifier'], mrz.fields['documentNumber'])
console.log(mrz.checks.every((c) => c.ok), mrz.defects.length)

// One digit misread: everything else is still there, and the check digits say what is wrong.
const misread = parseMrz([zone[0]!, zone[1]!.replace('740812', '740819')])
console.log(misread.checks.filter((c) => !c.ok).map((c) => c.field).join(', '))
