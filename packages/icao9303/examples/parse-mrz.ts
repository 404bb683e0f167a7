// Reads a machine-readable zone: its format, its fields, its check digits, and what is odd about it.
import { parseMrz } from 'icao9303'

const zone = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10']

const mrz = parseMrz(zone)
console.log(mrz.format, mrz.fields['primaryIdentifier'], mrz.fields['secondaryIdentifier'], mrz.fields['documentNumber'])
console.log('every check digit is right:', mrz.valid)

// One digit misread: everything else is still there, and the check digits say where to look.
const misread = parseMrz([zone[0]!, zone[1]!.replace('740812', '740819')])
console.log('wrong:', misread.checks.filter((c) => c.outcome === 'failed').map((c) => `${c.field} ${c.given}, not ${c.computed}`).join('; '))
console.log('still read:', misread.fields['documentNumber'], misread.fields['birthDate'])

// Prints:
// TD3 ERIKSSON ANNA MARIA L898902C3
// every check digit is right: true
// wrong: birthDate 2, not 9; composite 0, not 9
// still read: L898902C3 740819
