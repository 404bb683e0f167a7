// Reads the face of DG2, and writes it in the encoding that is mandatory from 2030.
import { convertFaces, decodeDg2, encodeDg2, faceImageOf } from 'icao9303'

const picture = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xd9) // a JPEG in real life
const old = encodeDg2({ image: picture, mediaType: 'image/jpeg', width: 413, height: 531 })

// One call gives the picture, whatever the encoding.
const face = faceImageOf(old)!
console.log(face.mediaType, face.width, face.height, face.image.length)

const dg2 = decodeDg2(old)
if (!dg2.ok) throw new Error(dg2.defects[0]?.says)
const { templates, losses } = convertFaces(dg2.value, 'ISO/IEC 39794-5')
const renewed = encodeDg2({ templates }, 'ISO/IEC 39794-5')
console.log(templates.map((t) => t.format).join(), 'losses:', losses.length)
console.log('the picture is the same to the byte:', Buffer.compare(faceImageOf(renewed)!.image, picture) === 0)

// Prints:
// image/jpeg 413 531 6
// ISO/IEC 39794-5 losses: 0
// the picture is the same to the byte: true
