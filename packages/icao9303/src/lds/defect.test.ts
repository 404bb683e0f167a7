import { describe, expect, it } from 'vitest'

import { unhex } from '../asn1/value.ts'
import { decodeFile } from '../index.ts'

/** Odd files, and every word that is said of them: code, place, sentence, clause. */
const WORDS: readonly (readonly [string, string, readonly string[]])[] = [
  ['DG11', '6b285c085f0e5f105f2b5f125f0e023c3c5f10005f2b04198102295f0e01fc5f7f005f1801fc5f170161', [
    'filler-field@12: a field of fillers only [Doc 9303-10 §4.7.11]',
    'empty-field@17: a field without a value [Doc 9303-10 §4.7.11]',
    'date-in-bcd@23: the date is in packed digits instead of characters [Doc 9303-10 §4.7.11]',
    'date-impossible@23: 19810229 is no date [Doc 9303-10 §4.7.11]',
    'field-twice@27: fullName is there twice; the first counts [Doc 9303-10 §4.7.11]',
    'unknown-field@31: field 5F7F is not known [Doc 9303-10 §4.7.11]',
    'text-encoding@37: the text is not in UTF-8 [Doc 9303-10 §3.9.1]',
    'field-order@38: otherDocuments comes later than it should [Doc 9303-10 §4.7.11]',
    'listed-absent@10: field 5F12 is listed and not there [Doc 9303-10 §4.7.11]',
    'present-unlisted@2: field 5F18 is there and not listed [Doc 9303-10 §4.7.11]',
    'present-unlisted@2: field 5F17 is there and not listed [Doc 9303-10 §4.7.11]',
  ]],
  ['DG11', '6b185f0e01415f2b0431393831a0075f0f01425f0e005f0f0143', [
    'date-form@9: a date should have 8 digits [Doc 9303-10 §4.7.11]',
    'field-order@13: otherNames comes later than it should [Doc 9303-10 §4.7.11]',
    'count-missing@15: names without their number [Doc 9303-10 §4.7.11]',
    'unknown-field@19: field 5F0E is not known here [Doc 9303-10 §4.7.11]',
    'field-order@22: otherNames comes later than it should [Doc 9303-10 §4.7.11]',
    'name-outside-template@22: a name outside the template A0 that should hold it [Doc 9303-10 §4.7.11]',
    'tag-list-missing@2: there is no tag list [Doc 9303-10 §4.7.11]',
  ]],
  ['DG12', '6c2f5f1901415c045f265f195f26083230323430343135a0070201025f1a01425f550e3230323430343135323536303630', [
    'field-order@6: the tag list does not come first [Doc 9303-10 §4.7.12]',
    'count@25: 2 names announced, 1 there [Doc 9303-10 §4.7.12]',
    'date-impossible@35: 20240415256060 is no date [Doc 9303-10 §4.7.12]',
    'present-unlisted@6: field 5F1A is there and not listed [Doc 9303-10 §4.7.12]',
    'present-unlisted@6: field 5F55 is there and not listed [Doc 9303-10 §4.7.12]',
    'tag-list@6: the tag list has another order than the fields, or a field twice [Doc 9303-10 §4.7.12]',
  ]],
  ['DG16', '7008a2045f5101410400', [
    'count-missing@0: persons without their number [Doc 9303-10 §4.7.16]',
    'template-number@2: template A2 where A1 should be [Doc 9303-10 §4.7.16]',
    'unknown-field@8: field 04 is not known [Doc 9303-10 §4.7.16]',
  ]],
  ['DG16', '7005020102a100', [
    'count@2: 2 persons announced, 1 there [Doc 9303-10 §4.7.16]',
  ]],
  ['EF.COM', '60165f3603342e305f01033130375c036171615f0100530000', [
    'trailing-bytes@24: 1 byte after the end [Doc 9303-10 §4.6.1]',
    'version-form@5: unicodeVersion should have 6 digits [Doc 9303-10 §4.6.1]',
    'field-order@8: field 5F01 comes later than it should [Doc 9303-10 §4.6.1]',
    'version-form@11: ldsVersion should have 4 digits [Doc 9303-10 §4.6.1]',
    'unknown-group@17: 71 is the tag of no data group [Doc 9303-10 §4.6.1]',
    'group-twice@18: DG1 is listed twice [Doc 9303-10 §4.6.1]',
    'field-twice@19: field 5F01 is not expected [Doc 9303-10 §4.6.1]',
    'unknown-field@22: field 53 is not expected [Doc 9303-10 §4.6.1]',
  ]],
  ['EF.COM', '6000', [
    'field-missing@2: field 5F01 is missing [Doc 9303-10 §4.6.1]',
    'field-missing@2: field 5F36 is missing [Doc 9303-10 §4.6.1]',
    'field-missing@2: field 5C is missing [Doc 9303-10 §4.6.1]',
  ]],
  ['DG1', '61045f1f0141', [
    'malformed@5: expected 88, 72 or 90 characters [Doc 9303-10 §4.7.1]',
  ]],
  ['DG1', '614d5f1f483c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c5300', [
    'unknown-field@77: field 53 after the zone [Doc 9303-10 §4.7.1]',
  ]],
  ['DG1', '6100', [
    'malformed@2: expected the machine-readable zone [Doc 9303-10 §4.7.1]',
  ]],
  ['DG7', '67075f40005f430178', [
    'count-missing@0: images without their number [Doc 9303-10 §4.7.7]',
    'unknown-field@2: field 5F40 is not known [Doc 9303-10 §4.7.7]',
    'image-unknown@8: the picture is neither JPEG nor JPEG 2000 [Doc 9303-10 §4.7.7]',
  ]],
  ['DG5', '650a0201025f4004ffd8ffe0', [
    'count@2: 2 images announced, 1 there [Doc 9303-10 §4.7.5]',
  ]],
  ['DG8', '68025300', [
    'count-missing@0: features without their number [Doc 9303-10 §4.7.8]',
  ]],
  ['DG14', '6e0431005300', [
    'trailing-bytes@4: 2 bytes after the entries [Doc 9303-10 §4.7.14]',
  ]],
  ['DG15', '6f173013300d06072a8648ce3d020106022a03030200045300', [
    'trailing-bytes@23: 2 bytes after the key [Doc 9303-10 §4.7.15]',
    'key-unreadable@2: a key that cannot be used: expected a curve that is known [RFC 3279 §2.3.5]',
  ]],
  ['DG15', '6f025300', [
    'malformed@2: expected a SubjectPublicKeyInfo [Doc 9303-10 §4.7.15]',
  ]],
  ['DG15', '6f21301f300b06092a864886f70d010101031000300d0208c000000000000001020103', [
    'modulus-negative@22: the modulus is written as a negative number [X.690 §8.3.3]',
  ]],
  ['EF.CardAccess', '3161300c060a04007f00070202040202300e060904007f00070202030202010130110606678108010105020101300406022a033015060a04007f0007020204020202010202010d02010130030201013012060804007f00070202020201013003040178', [
    'set-unsorted@74: the entries are not in the order of DER [X.690 §11.6]',
    'version-missing@2: id-PACE-ECDH-GM-AES-CBC-CMAC-128 without a version [Doc 9303-11 §9.2]',
    'ca-cipher-missing@16: Chip Authentication without the cipher of the session [Doc 9303-11 §9.2.5]',
    'aa-algorithm-identifier@45: the signature algorithm is an AlgorithmIdentifier instead of an OBJECT IDENTIFIER [Doc 9303-11 §9.2.4]',
    'security-info-longer@71: an entry with more parts than its protocol has [Doc 9303-11 §9.2]',
    'security-info-unreadable@76: an entry that cannot be read: expected a protocol [Doc 9303-11 §9.2]',
    'security-info-unreadable@96: an entry that cannot be read: expected a file identifier of two bytes and a short one of one [BSI TR-03110-3 A.1.1.3]',
  ]],
  ['EF.CardAccess', '3000', [
    'malformed@0: expected a SET of SecurityInfo [Doc 9303-11 §9.2]',
  ]],
  ['EF.CardAccess', '31810a3080060804007f0007020202', [
    'ber-long-length@0: a length written longer than it need be [X.690 §10.1]',
    'trailing-bytes@13: 2 bytes after the end [Doc 9303-11 §9.2]',
    'ber-indefinite-length@4: an indefinite length; DER has none [X.690 §10.1]',
    'malformed@5: expected 8 bytes of content [X.690 §8.1]',
  ]],
  ['EF.CardAccess', '3180300d060804007f000702020202010100000000', [
    'ber-indefinite-length@1: an indefinite length; DER has none [X.690 §10.1]',
    'trailing-bytes@19: 2 bytes after the end [Doc 9303-11 §9.2]',
  ]],
  ['EF.DIR', '5300', [
    'unknown-field@0: object 53 is no application [Doc 9303-10 §3.11.2]',
    'malformed@0: expected an application [Doc 9303-10 §3.11.2]',
  ]],
  ['EF.ATR/INFO', '4701867f660000', [
    'trailing-bytes@6: 1 byte after the end [Doc 9303-10 §3.11.1]',
    'capabilities@2: card capabilities have three bytes, not 1 [Doc 9303-10 §3.11.1]',
    'lengths@3: extended length information is two numbers [Doc 9303-10 §3.11.1]',
  ]],
  ['EF.ATR/INFO', '00', [
    'trailing-bytes@0: 1 byte after the end [Doc 9303-10 §3.11.1]',
    'malformed@0: expected a data object [Doc 9303-10 §3.11.1]',
  ]],
]

describe('what is said of odd files', () => {
  it.each(WORDS)('L4 of %s %s', (name, bytes, words) => {
    expect(decodeFile(unhex(bytes), name)!.decoded.defects.map((d) => `${d.code}@${d.offset}: ${d.says} [${d.clause}]`)).toEqual(words)
  })
})
