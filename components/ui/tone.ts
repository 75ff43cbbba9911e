export type Tone = 'pos' | 'info' | 'warn' | 'neg' | 'neu' | 'dis';
