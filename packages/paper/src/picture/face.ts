import sharp from 'sharp'

const SKIN = ['#f1cfb0', '#e8bf9c', '#f5d9c0', '#dcae88', '#eac7a6']
const HAIR = ['#1c1714', '#2b2320', '#14110f', '#3a302a', '#5b5552']
const COAT = ['#23303f', '#2f2a35', '#1f3a3a', '#3a2b2b', '#2b2f3a']

/** A drawn face: nobody's. The seed picks skin, hair, jacket, face shape and glasses. */
export function faceSvg(seed: number): string {
  const pick = <T>(list: readonly T[], n: number): T => list[(seed * 7 + n * 3) % list.length]!
  const [skin, hair, coat] = [pick(SKIN, 1), pick(HAIR, 2), pick(COAT, 3)]
  const [w, long, glasses] = [92 + (seed % 4) * 4, seed % 2 === 0, seed % 3 === 1]
  const brow = 208 + (seed % 3) * 3
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 354 472">
  <rect width="354" height="472" fill="#fdfdfd"/>
  ${long ? `<path d="M${177 - w - 14} 210 C${177 - w - 18} 48 ${177 + w + 18} 48 ${177 + w + 14} 210 L${177 + w + 16} 360 Q177 400 ${177 - w - 16} 360 Z" fill="${hair}"/>` : ''}
  <path d="M20 472 Q40 385 130 372 L177 395 L224 372 Q314 385 334 472 Z" fill="${coat}"/>
  <path d="M140 330 h74 v48 q-37 28 -74 0 z" fill="${skin}"/>
  <path d="M130 372 L177 430 L150 372 Z M224 372 L177 430 L204 372 Z" fill="#fff"/>
  <ellipse cx="177" cy="230" rx="${w}" ry="122" fill="${skin}"/>
  <ellipse cx="${177 - w + 2}" cy="236" rx="12" ry="24" fill="${skin}"/><ellipse cx="${177 + w - 2}" cy="236" rx="12" ry="24" fill="${skin}"/>
  <path d="M${177 - w - 5} 218 C${177 - w - 12} 42 ${177 + w + 12} 42 ${177 + w + 5} 218 L${177 + w - 5} 214 Q${177 + w - 6} 166 ${205 + (seed % 3) * 8} ${138 + (seed % 4) * 4} Q${140 - (seed % 5) * 6} ${160 - (seed % 2) * 12} ${177 - w + 5} 214 Z" fill="${hair}"/>
  <path d="M118 ${brow} q20 -12 40 -2 M196 ${brow - 2} q20 -10 40 2" stroke="${hair}" stroke-width="6" fill="none" stroke-linecap="round"/>
  <ellipse cx="138" cy="230" rx="15" ry="8.5" fill="#fff"/><ellipse cx="216" cy="230" rx="15" ry="8.5" fill="#fff"/>
  <circle cx="138" cy="230" r="7.5" fill="#2a1d15"/><circle cx="216" cy="230" r="7.5" fill="#2a1d15"/>
  <circle cx="140" cy="227" r="2" fill="#fff"/><circle cx="218" cy="227" r="2" fill="#fff"/>
  <path d="M177 236 q-9 34 -12 40 q12 8 24 0" stroke="#a9785a" stroke-width="3" fill="none" stroke-linecap="round"/>
  <path d="M148 308 q29 ${10 + (seed % 3) * 4} 58 0" stroke="#a4584f" stroke-width="6" fill="none" stroke-linecap="round"/>
  ${glasses ? '<g fill="none" stroke="#33373d" stroke-width="3"><rect x="114" y="214" width="48" height="34" rx="12"/><rect x="192" y="214" width="48" height="34" rx="12"/><path d="M162 228 q15 -6 30 0"/></g>' : ''}
</svg>`
}

/** A specimen portrait as JPEG, 3:4, on white. @source GA/T 1180 profile, permits.md 4.5 */
export async function demoFace(seed: number): Promise<Uint8Array> {
  return new Uint8Array(await sharp(Buffer.from(faceSvg(seed)), { density: 144 }).resize(420, 560).jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer())
}
