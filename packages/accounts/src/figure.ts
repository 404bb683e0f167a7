/**
 * A number as printed. It stands for the interval of all numbers that round to it: a figure with `decimals` d is
 * [value − ½·10⁻ᵈ, value + ½·10⁻ᵈ]. Everything is exact: units are whole multiples of 10⁻ᵈ.
 * @source domain: a published figure v with d decimals stands for [v − 0.5u, v + 0.5u], u = 10⁻ᵈ
 */
export interface Figure {
  /** As it stands in the document, without spaces: `1,055.4`, `32.2`. */
  readonly text: string
  /** Whole multiples of 10^-decimals. */
  readonly units: bigint
  readonly decimals: number
}
