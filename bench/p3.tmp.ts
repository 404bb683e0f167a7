import { openOffice } from './document.ts'
import { sodSigner } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
const o = await openOffice('p256')
const crypto = nodeCrypto()
const s = sodSigner({ ds: o.ds, hash: 'SHA-256', lds: '1.7' }, crypto)
const fake = new Uint8Array(71)
const sign = () => fake
const big = new Uint8Array(300)
for (let r = 0; r < 4; r++) {
  let t = performance.now(); for (let i = 0; i < 200000; i++) s.make(o.hashes[i % 16]!, sign)
  console.log('make', ((performance.now() - t) / 200).toFixed(2))
  t = performance.now(); for (let i = 0; i < 200000; i++) crypto.hash('SHA-256', big)
  console.log('hash', ((performance.now() - t) / 200).toFixed(2))
  t = performance.now(); for (let i = 0; i < 200000; i++) big.slice()
  console.log('slice300', ((performance.now() - t) / 200).toFixed(2))
  const l = new Uint8Array(1500)
  t = performance.now(); for (let i = 0; i < 200000; i++) l.slice()
  console.log('slice1500', ((performance.now() - t) / 200).toFixed(2))
  t = performance.now(); for (let i = 0; i < 200000; i++) new Uint8Array(l)
  console.log('new1500', ((performance.now() - t) / 200).toFixed(2))
  t = performance.now(); for (let i = 0; i < 200000; i++) l.set(fake, 7)
  console.log('set', ((performance.now() - t) / 200).toFixed(2))
}
