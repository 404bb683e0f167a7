import { type Check } from 'icao9303'

/** One thing that was looked at in a signed file: as in the report of a document, under names of its own. */
export interface SealCheck extends Pick<Check, 'outcome' | 'clause' | 'says' | 'excused' | 'evidence'> { readonly name: string }
