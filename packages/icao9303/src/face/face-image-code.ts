/**
 * The codes of ISO/IEC 39794-5 in the ICAO application profile, by the names of its ASN.1 module.
 *
 * This software makes use of the Schema from ISO/IEC 39794-5 within modifications permitted in the relevant ISO/IEC
 * standard. THE SCHEMA ON WHICH THIS SOFTWARE IS BASED IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
 * AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND
 * FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR CONTRIBUTORS BE LIABLE FOR
 * ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO,
 * PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED
 * AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE)
 * ARISING IN ANY WAY OUT OF THE USE OF THE CODE COMPONENTS, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
 */

export const GENDER = { other: 1, male: 2, female: 3 } as const
export const EYE_COLOUR = {
  unknown: 0, other: 1, black: 2, blue: 3, brown: 4, grey: 5, green: 6, hazel: 7, 'multi-coloured': 8, pink: 9,
} as const
export const HAIR_COLOUR = {
  unknown: 0, other: 1, bald: 2, black: 3, blonde: 4, brown: 5, grey: 6, white: 7, red: 8, knownColoured: 9,
} as const
export const DEVICE_TECHNOLOGY = {
  unknown: 0, staticPhotographFromUnknownSource: 1, staticPhotographFromDigitalStillImageCamera: 2,
  staticPhotographFromScanner: 3, videoFrameFromUnknownSource: 4, videoFrameFromAnalogueVideoCamera: 5,
  videoFrameFromDigitalVideoCamera: 6,
} as const
export const IMAGE_KIND = { mrtd: 0 } as const
export const LOSSY_TRANSFORMATIONS = { unknown: 0, zero: 1, one: 2, moreThanOne: 3 } as const
export const IMAGE_FORMAT = { jpeg: 2, jpeg2000Lossy: 3, jpeg2000Lossless: 4 } as const
export const COLOUR_SPACE = {
  unknown: 0, other: 1, rgb24Bit: 2, rgb48Bit: 3, yuv422: 4, greyscale8Bit: 5, greyscale16Bit: 6,
} as const

/** How many feature points each group of MPEG-4 has here: 2.1 to 2.14, 3.1 to 3.14 and so on. */
const MPEG4_GROUPS = [[2, 14], [3, 14], [4, 6], [5, 4], [6, 4], [7, 1], [8, 10], [9, 15], [10, 10], [11, 6], [12, 4]] as const
export type Mpeg4Point = `${number}.${number}`
export const MPEG4_POINT: Readonly<Record<Mpeg4Point, number>> = Object.fromEntries(
  MPEG4_GROUPS.flatMap(([group, n]) => Array.from({ length: n }, (_, i): Mpeg4Point => `${group}.${i + 1}`)).map((name, i) => [name, i] as const),
)

export const LANDMARK_NAME = {
  vertex: 0, glabella: 1, opisthocranion: 2, eurionLeft: 3, eurionRight: 4, frontotemporaleLeft: 5,
  frontotemporaleRight: 6, trichion: 7, zygionLeft: 8, zygionRight: 9, gonionLeft: 10, gonionRight: 11,
  sublabiale: 12, pogonion: 13, menton: 14, condylionLateraleLeft: 15, condylionLateraleRight: 16,
  endocanthionLeft: 17, endocanthionRight: 18, exocanthionLeft: 19, exocanthionRight: 20, centerPointOfPupilLeft: 21,
  centerPointOfPupilRight: 22, orbitaleLeft: 23, orbitaleRight: 24, palpebraleSuperiusLeft: 25,
  palpebraleSuperiusRight: 26, palpebraleInferiusLeft: 27, palpebraleInferiusRight: 28, orbitaleSuperiusLeft: 29,
  orbitaleSuperiusRight: 30, superciliareLeft: 31, superciliareRight: 32, nasion: 33, sellion: 34, alareLeft: 35,
  alareRight: 36, pronasale: 37, subnasale: 38, subalare: 39, alarCurvatureLeft: 40, alarCurvatureRight: 41,
  maxillofrontale: 42, christaPhiltraLandmarkLeft: 43, christaPhiltraLandmarkRight: 44, labialeSuperius: 45,
  labialeInferius: 46, cheilionLeft: 47, cheilionRight: 48, stomion: 49, superauraleLeft: 50, superauraleRight: 51,
  subauraleLeft: 52, subauraleRight: 53, preaurale: 54, postaurale: 55, otobasionSuperiusLeft: 56,
  otobasionSuperiusRight: 57, otobasionInferius: 58, porion: 59, tragion: 60,
} as const
const LANDMARK_POINTS = [
  '1.1', '1.2', '1.5', '1.6', '1.7', '1.8', '1.9', '2.1', '2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '2.9', '2.10',
  '3.1', '3.2', '3.3', '3.4', '3.5', '3.6', '3.7', '3.8', '3.9', '3.10', '3.11', '3.12', '4.1', '4.2', '4.3', '4.4',
  '5.1', '5.2', '5.3', '5.4', '5.6',
] as const
export const LANDMARK_POINT = Object.fromEntries(LANDMARK_POINTS.map((name, i) => [name, i])) as Readonly<Record<(typeof LANDMARK_POINTS)[number], number>>
export const LANDMARK_ID = {
  v: 0, g: 1, op: 2, 'eu-left': 3, 'eu-right': 4, 'ft-left': 5, 'ft-right': 6, tr: 7, 'zy-left': 8, 'zy-right': 9,
  'go-left': 10, 'go-right': 11, sl: 12, pg: 13, gn: 14, 'cdl-left': 15, 'cdl-right': 16, 'en-left': 17,
  'en-right': 18, 'ex-left': 19, 'ex-right': 20, 'p-left': 21, 'p-right': 22, 'or-left': 23, 'or-right': 24,
  'ps-left': 25, 'ps-right': 26, 'pi-left': 27, 'pi-right': 28, 'os-left': 29, 'os-right': 30, 'sci-left': 31,
  'sci-right': 32, n: 33, se: 34, 'al-left': 35, 'al-right': 36, prn: 37, sn: 38, sbal: 39, 'ac-left': 40,
  'ac-right': 41, 'mf-left': 42, 'mf-right': 43, 'cph-left': 44, 'cph-right': 45, ls: 46, li: 47, 'ch-left': 48,
  'ch-right': 49, sto: 50, 'sa-left': 51, 'sa-right': 52, 'sba-left': 53, 'sba-right': 54, 'pra-left': 55,
  'pra-right': 56, pa: 57, 'obs-left': 58, 'obs-right': 59, obi: 60, po: 61, t: 62,
} as const
