// Composes a machine-readable zone from names as they are written at home.
import { composeMrz, composeName, transliterate } from 'icao9303'

// Letters that the zone has not become what the standard's tables say; a State may prefer one of its other ways.
console.log(transliterate('Müller-Lüdenscheid').text)
console.log(transliterate('Müller-Lüdenscheid', { prefer: { Ü: 'UXX' } }).text)
console.log(transliterate('Ярослав Мудрый').text)
// What no table has is named, not guessed.
console.log(transliterate('欧阳').unknown)

const { lines, truncated } = composeMrz('TD3', {
  documentCode: 'PP', issuingState: 'UTO', documentNumber: 'SP1234567', nationality: 'UTO',
  primaryIdentifier: transliterate('Ōnishi').text, secondaryIdentifier: transliterate('Zoë').text, birthDate: '900228', sex: 'F', expiryDate: '351130',
})
console.log(lines.join('\n'), truncated)

// A name that does not fit is cut as the standard cuts it: both identifiers still show.
const name = composeName('NILAVADHANANANDA', 'CHAYAPA DEJTHAMRONG KRASUANG', 39)
console.log(name)

// Prints:
// MUELLER LUEDENSCHEID
// MUXXLLER LUXXDENSCHEID
// IAROSLAV MUDRYI
// [ '欧', '阳' ]
// PPUTOONISHI<<ZOE<<<<<<<<<<<<<<<<<<<<<<<<<<<<
// SP12345679UTO9002281F3511303<<<<<<<<<<<<<<<2 false
// { field: 'NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K', truncated: true }
