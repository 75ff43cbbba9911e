// Readers: most of them believable, a fixed few with names that break careless pages.
import { PLACES, type Place } from './places.ts';
import type { Random } from './random.ts';

export type Person = {
  name: string;
  email: string;
  phone: string;
  currency: string;
  locale: string;
  address: { line1: string; city: string; postal_code: string; state?: string; country: string };
  note?: string;
};

/** Each of these stands in every demo world, so that a page can be looked at with it. */
export const AWKWARD: readonly { name: string; email: string; note: string; country: string }[] = [
  { name: '<script>alert(1)</script>', email: 'script@markup.example', note: 'markup in the name', country: 'US' },
  { name: '"><img src=x onerror=alert(2)>', email: 'img@markup.example', note: 'markup that closes an attribute', country: 'GB' },
  { name: 'محمد بن عبدالرحمن آل ثاني (مكتبة الخليج)', email: 'library@gulfbooks.example', note: 'right to left', country: 'KW' },
  { name: 'שמואל 123 ABC גולדברג', email: 's.goldberg@mixed.example', note: 'both directions in one name', country: 'IL' },
  { name: '👩‍👩‍👧‍👦 The Nakamura Family 🗞️', email: 'family+weekly@nakamura.example', note: 'emoji joined by ZWJ', country: 'US' },
  { name: "Máire O'Brien-D'Arcy", email: "maire.o'brien@darcy.example", note: 'apostrophes, also in the address', country: 'IE' },
  { name: "Robert'); DROP TABLE customers;--", email: 'bobby@tables.example', note: 'SQL in the name', country: 'US' },
  {
    name: `The Worshipful Society of Harbour Pilots, Lighthouse Keepers, Tide-Table Printers, Chandlers, Ropemakers, Sailmakers, Net-Menders, Caulkers, Coopers, Shipwrights and Readers of Small Coastal Newspapers of the ${'Northern and Western '.repeat(5)}Isles, Reading Room`,
    email: 'reading-room@worshipful-society-of-harbour-pilots-lighthouse-keepers-and-tide-table-printers.example',
    note: 'a name of more than 200 characters',
    country: 'GB',
  },
  {
    name: 'Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewarenwohlgepflege',
    email: 'w@long.example',
    note: 'no place to break a line',
    country: 'DE',
  },
  { name: 'Z̸̢͎̈́a̷͓͑l̵̰̾g̶̱̈ö̴̲́ Reader', email: 'zalgo@marks.example', note: 'stacked combining marks', country: 'US' },
  { name: 'null', email: 'null@undefined.example', note: 'a word that programs mistake', country: 'US' },
  { name: '  Åsa   Ängström  ', email: 'ÅSA.angstrom@nordpress.example', note: 'outer spaces, capitals in the address', country: 'SE' },
];

const HOUSES = [
  'Harborview Public Library',
  'Byens Bibliotek',
  'Café Seegang',
  'Lighthouse Hotel',
  'Maritime Museum Reading Room',
  'Dr. Øverland Dental',
  'Fishmongers’ Hall',
  'Barber & Sons',
  'Kystverket arkiv',
  'St. Nicholas Parish Office',
  'Pier 9 Co-working',
  'Nordlys Guesthouse',
  'Hafen-Apotheke',
  'Librairie du Port',
  'The Anchor Inn',
  'Seamen’s Mission',
] as const;

export function personOf(random: Random, taken: Set<string>, country?: string): Person {
  const place = country ? placeOf(country) : random.weighted(PLACES.map((one) => [one.weight, one] as const));
  const g = random.int(0, place.given.length - 1);
  const f = random.int(0, place.family.length - 1);
  const given = place.given[g] ?? '';
  const family = place.family[f] ?? '';
  const house = !country && random.chance(0.05) ? random.pick(HOUSES) : null;
  const name = house ?? (place.familyFirst ? `${family} ${given}` : `${given} ${family}`);
  const mailbox = house ? ascii(house) : random.weighted(mailboxes(place, g, f));
  let email = `${mailbox}@${random.pick(place.domains)}`;
  for (let n = 2; taken.has(email); n++) email = `${mailbox}${n}@${random.pick(place.domains)}`;
  taken.add(email);
  return { name, email, ...homeOf(place, random) };
}

export function awkwardPeople(random: Random): Person[] {
  return AWKWARD.map(({ country, ...person }) => ({ ...person, ...homeOf(placeOf(country), random) }));
}

function homeOf(place: Place, random: Random): Omit<Person, 'name' | 'email'> {
  const [city, postal_code, state] = random.pick(place.towns);
  const street = random.pick(place.streets);
  const number = random.int(1, 140);
  const numberFirst = ['US', 'GB', 'IE', 'FR', 'IN', 'NG'].includes(place.country);
  return {
    currency: place.currency,
    locale: place.locale,
    phone: place.phone.replaceAll('#', () => String(random.int(0, 9))),
    address: { line1: numberFirst ? `${number} ${street}` : `${street} ${number}`, city, postal_code, ...(state ? { state } : {}), country: place.country },
  };
}

function mailboxes(place: Place, g: number, f: number): [number, string][] {
  const given = ascii(place.latin?.given[g] ?? place.given[g] ?? '');
  const family = ascii(place.latin?.family[f] ?? place.family[f] ?? '');
  return [
    [5, `${given}.${family}`],
    [2, `${given}${family}`],
    [2, `${given.slice(0, 1)}.${family}`],
    [1, `${given}_${family.slice(0, 1)}`],
    [1, given],
  ];
}

function ascii(text: string): string {
  return text
    .toLowerCase()
    .replace(/[øœ]/g, 'o')
    .replaceAll('æ', 'ae')
    .replaceAll('å', 'a')
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '');
}

function placeOf(country: string): Place {
  const place = PLACES.find((one) => one.country === country);
  if (!place) throw new Error(`no place ${country}`);
  return place;
}
