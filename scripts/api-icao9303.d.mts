export declare function reports(how: 'check' | 'write', from?: string): readonly string[]
