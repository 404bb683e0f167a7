/** A tarball of the package, and its sizes in bytes. */
export interface Packed { readonly file: string; readonly built: string; readonly packed: number; readonly unpacked: number; readonly files: readonly string[] }

export type PackageName = 'icao9303' | 'accounts'
export declare function build(name?: PackageName): string
export declare function pack(folder: string, name?: PackageName): Packed
