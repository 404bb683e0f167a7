export declare function reports(how: 'check' | 'write', name?: 'icao9303' | 'accounts', from?: string): readonly string[]
