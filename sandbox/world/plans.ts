// What the two papers sell, and for how much in each currency's minor unit.
export type Plan = {
  key: string;
  product: string;
  description: string;
  interval: 'week' | 'month' | 'year' | null;
  prices: Readonly<Record<string, number>>;
};

export const HARBOR_PLANS: readonly Plan[] = [
  {
    key: 'print-week',
    product: 'Print, by the week',
    description: 'The paper on the doorstep every Thursday.',
    interval: 'week',
    prices: { usd: 450, eur: 420, gbp: 375, nok: 4900, jpy: 600, kwd: 1400 },
  },
  {
    key: 'digital-month',
    product: 'Digital',
    description: 'Every page, every week, on every screen.',
    interval: 'month',
    prices: { usd: 900, eur: 890, gbp: 800, nok: 9900, jpy: 1200, kwd: 2750 },
  },
  {
    key: 'print-month',
    product: 'Print and digital',
    description: 'The paper and everything online.',
    interval: 'month',
    prices: { usd: 1900, eur: 1850, gbp: 1600, nok: 19900, jpy: 2600, kwd: 5900 },
  },
  {
    key: 'print-year',
    product: 'Print and digital',
    description: 'The paper and everything online.',
    interval: 'year',
    prices: { usd: 19000, eur: 18500, gbp: 16500, nok: 199000, jpy: 26000, kwd: 58500 },
  },
  {
    key: 'crossword-month',
    product: 'Crossword Club',
    description: 'The harder puzzles, and the solutions.',
    interval: 'month',
    prices: { usd: 300, eur: 290, gbp: 250, nok: 2900, jpy: 400, kwd: 900 },
  },
  {
    key: 'reading-room-year',
    product: 'Reading room licence',
    description: 'For libraries, hotels and waiting rooms.',
    interval: 'year',
    prices: { usd: 125000, eur: 119000, gbp: 99000, nok: 1290000, jpy: 180000, kwd: 385000 },
  },
  {
    key: 'back-issue',
    product: 'Back issue',
    description: 'One paper of the past, by post.',
    interval: null,
    prices: { usd: 800, eur: 750, gbp: 650, nok: 7900, jpy: 1100, kwd: 2500 },
  },
];

export const FJORD_PLANS: readonly Plan[] = [
  {
    key: 'review-month',
    product: 'Fjord Review',
    description: 'Essays and criticism, ten times a year.',
    interval: 'month',
    prices: { eur: 1200, sek: 12900, dkk: 8900, chf: 1250 },
  },
  {
    key: 'review-year',
    product: 'Fjord Review',
    description: 'Essays and criticism, ten times a year.',
    interval: 'year',
    prices: { eur: 11900, sek: 129000, dkk: 88000, chf: 12400 },
  },
  {
    key: 'letters-month',
    product: 'Letters from the North',
    description: 'A letter every second week.',
    interval: 'month',
    prices: { eur: 500, sek: 5500, dkk: 3700, chf: 500 },
  },
];

/** Donations people round to, by currency. */
export const DONATIONS: Readonly<Record<string, readonly number[]>> = {
  usd: [500, 1000, 2500, 5000, 10000, 25000],
  eur: [500, 1000, 2000, 5000, 12500],
  gbp: [500, 1000, 2000, 5000],
  nok: [5000, 10000, 25000, 50000],
  jpy: [500, 1000, 3000, 10000],
  kwd: [1000, 2500, 5000, 12500],
  sek: [10000, 20000, 50000],
  dkk: [5000, 10000, 25000],
  chf: [1000, 2000, 5000],
};
