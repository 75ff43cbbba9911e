// Where readers live: names, towns and addresses of each country as people there write them. Domains are reserved ones; no mail can leave.
export type Place = {
  country: string
  currency: string
  weight: number
  given: readonly string[]
  family: readonly string[]
  /** `latin` spells the names for an e-mail address where they are written in another script. */
  latin?: { given: readonly string[]; family: readonly string[] }
  towns: readonly (readonly [town: string, postal: string, state?: string])[]
  streets: readonly string[]
  domains: readonly string[]
  phone: string
  locale: string
  familyFirst?: boolean
}

const words = (text: string): string[] => text.split(' ')

export const PLACES: readonly Place[] = [
  {
    country: 'US', currency: 'usd', weight: 32, locale: 'en-US', phone: '+1 207 555 01##',
    given: words('Mary James Linda Robert Patricia Michael Elena David Denise William Karen Joseph Susan Thomas Aisha Charles Nancy Daniel Grace Matthew Betty Anthony Keisha Mark Sandra Steven Ashley Andrew Donna Marcus Emily Joshua Carol Tyrone Amanda Kevin Melissa Brian Deborah George Stephanie Edward'),
    family: words("Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall O'Connor Abara Kowalski"),
    towns: [['Portland', '04101', 'ME'], ['Duluth', '55802', 'MN'], ['Gloucester', '01930', 'MA'], ['Astoria', '97103', 'OR'], ['Seattle', '98101', 'WA'], ['Savannah', '31401', 'GA'], ['New Bedford', '02740', 'MA'], ['Chicago', '60614', 'IL']],
    streets: ['Harbor St', 'Congress Street', 'Maple Avenue', 'Lighthouse Rd', 'Main Street', 'Commercial Street', 'Oak Lane'],
    domains: ['mailpost.example', 'harborpost.example', 'inbox.example', 'bluewire.example'],
  },
  {
    country: 'NO', currency: 'nok', weight: 11, locale: 'nb-NO', phone: '+47 4## ## ###',
    given: words('Ingrid Lars Kari Ole Marit Per Silje Bjørn Astrid Håkon Solveig Øyvind Ragnhild Torbjørn Åse Knut Liv Eirik Hilde Magnus Sigrid Jørgen'),
    family: words('Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Bakke Haugen Hagen Eriksen Berg Dahl Lund Strand Solberg Moen Aas Sæther'),
    towns: [['Bergen', '5003'], ['Oslo', '0150'], ['Ålesund', '6002'], ['Tromsø', '9008'], ['Stavanger', '4006'], ['Kristiansund', '6509'], ['Haugesund', '5525']],
    streets: ['Strandgaten', 'Bryggen', 'Kirkegata', 'Havnegata', 'Storgata', 'Fjordveien', 'Nygårdsgaten'],
    domains: ['fjordpost.example', 'nordnett.example', 'brev.example'],
  },
  {
    country: 'GB', currency: 'gbp', weight: 10, locale: 'en-GB', phone: '+44 7700 900###',
    given: words('Tom Olivia Harry Amelia Jack Isla Callum Priya George Poppy Rhys Fatima Alistair Niamh Graham Imogen Hamish Zara'),
    family: words("Ashdown Hughes Patel Campbell Fletcher Okafor Whitaker Begum Stewart Davies Hargreaves Singh MacLeod Pritchard Cole Khan O'Neill Featherstone"),
    towns: [['Whitby', 'YO21 3PU'], ['Falmouth', 'TR11 3DA'], ['Aberdeen', 'AB11 5DX'], ['London', 'SE1 9GF'], ['Swansea', 'SA1 3XL'], ['Grimsby', 'DN31 1QP']],
    streets: ['Quayside', 'High Street', 'Church Lane', 'Victoria Road', 'Harbour Row', 'Mill Lane'],
    domains: ['postbox.example', 'britwire.example', 'harbourmail.example'],
  },
  {
    country: 'DE', currency: 'eur', weight: 8, locale: 'de-DE', phone: '+49 151 ########',
    given: words('Clara Jonas Lena Felix Jürgen Käthe Sabine Matthias Özlem Björn Ursula Emre Anneliese Dieter Sophie Günther'),
    family: words('Voss Müller Schäfer Weiß Fischer Schröder Krüger Yılmaz Hoffmann Böhm Petersen Köhler Brandt Großmann Jansen Kaya'),
    towns: [['Hamburg', '20457'], ['Kiel', '24103'], ['Bremen', '28195'], ['Berlin', '10997'], ['Lübeck', '23552'], ['München', '80331']],
    streets: ['Hafenstraße', 'Am Sandtorkai', 'Lindenallee', 'Bahnhofstraße', 'Schillerstraße', 'Deichweg'],
    domains: ['kiosk.example', 'nordpost.example', 'briefkasten.example'],
  },
  {
    country: 'FR', currency: 'eur', weight: 5, locale: 'fr-FR', phone: '+33 6 ## ## ## ##',
    given: words('Chloé Luc Amélie Théo Zoé François Hélène Noël Camille Gaëlle Jérôme Inès Étienne Yasmine'),
    family: words("Lefèvre Moreau Dubois Girard d'Angelo Benoît Rousseau Haddad Leroy Garnier Traoré Fontaine L'Hermite"),
    towns: [['Brest', '29200'], ['Marseille', '13002'], ['Saint-Malo', '35400'], ['Paris', '75011'], ['La Rochelle', '17000']],
    streets: ['rue du Port', 'quai des Belges', 'avenue Jean Jaurès', 'rue de la République', 'place de l’Église'],
    domains: ['courrier.example', 'laposte-mer.example', 'gazette.example'],
  },
  {
    country: 'NL', currency: 'eur', weight: 4, locale: 'nl-NL', phone: '+31 6 ########',
    given: words('Sanne Daan Fleur Jeroen Anouk Bram Femke Ruben Marloes Joost'),
    family: ['de Vries', 'van den Berg', 'Jansen', "van 't Hof", 'Bakker', 'Visser', 'Smit', 'Dijkstra', 'ter Horst', 'de Boer'],
    towns: [['Rotterdam', '3011 AA'], ['Den Helder', '1781 XA'], ['Amsterdam', '1017 CX'], ['Vlissingen', '4381 CD']],
    streets: ['Havenkade', 'Prinsengracht', 'Dorpsstraat', 'Zeedijk', 'Molenweg'],
    domains: ['postvak.example', 'dijkmail.example'],
  },
  {
    country: 'JP', currency: 'jpy', weight: 6, locale: 'ja-JP', phone: '+81 90-####-####', familyFirst: true,
    given: ['健二', '美咲', '翔太', '陽子', '直樹', '彩', '大輔', '由美子', '拓也', 'さくら'],
    family: ['森', '佐藤', '鈴木', '高橋', '渡辺', '伊藤', '中村', '小林', '加藤', '吉田'],
    latin: { given: words('kenji misaki shota yoko naoki aya daisuke yumiko takuya sakura'), family: words('mori sato suzuki takahashi watanabe ito nakamura kobayashi kato yoshida') },
    towns: [['横浜市', '231-0002', '神奈川県'], ['神戸市', '650-0042', '兵庫県'], ['東京都千代田区', '101-0051', '東京都'], ['長崎市', '850-0862', '長崎県']],
    streets: ['海岸通', '神保町', '波止場町', '本町', '桜木町'],
    domains: ['asahi-books.example', 'minato.example', 'tegami.example'],
  },
  {
    country: 'KW', currency: 'kwd', weight: 4, locale: 'ar-KW', phone: '+965 5### ####',
    given: ['يوسف', 'نورة', 'عبدالله', 'فاطمة', 'خالد', 'مريم', 'سالم', 'دانة'],
    family: ['الصباح', 'العنزي', 'المطيري', 'الرشيدي', 'العجمي', 'الكندري', 'بهبهاني', 'الشمري'],
    latin: { given: words('yousef noura abdullah fatima khaled maryam salem dana'), family: words('alsabah alenezi almutairi alrashidi alajmi alkandari behbehani alshammari') },
    towns: [['مدينة الكويت', '13001'], ['السالمية', '20001'], ['الفحيحيل', '63000']],
    streets: ['شارع الخليج العربي', 'شارع سالم المبارك', 'شارع فهد السالم'],
    domains: ['barid.example', 'alqabas-post.example'],
  },
  {
    country: 'SE', currency: 'usd', weight: 4, locale: 'sv-SE', phone: '+46 70-### ## ##',
    given: words('Marta Åke Elin Göran Märta Örjan Ebba Nils Linnéa Sven'),
    family: words('Lindqvist Åkesson Öberg Nyström Sjöberg Bergström Hellström Söderlund Ek Månsson'),
    towns: [['Göteborg', '411 06'], ['Malmö', '211 20'], ['Visby', '621 56'], ['Luleå', '972 32']],
    streets: ['Hamngatan', 'Drottninggatan', 'Strandvägen', 'Kyrkogatan'],
    domains: ['nordpress.example', 'brevlada.example'],
  },
  {
    country: 'DK', currency: 'usd', weight: 3, locale: 'da-DK', phone: '+45 ## ## ## ##',
    given: words('Sofia Mikkel Freja Søren Kirsten Jesper Bodil Rasmus'),
    family: words('Lund Sørensen Kjær Nørgaard Holm Mortensen Bang Østergaard'),
    towns: [['Esbjerg', '6700'], ['København', '1256'], ['Aarhus', '8000'], ['Skagen', '9990']],
    streets: ['Havnegade', 'Nyhavn', 'Vestergade', 'Strandvejen'],
    domains: ['postkasse.example', 'lund-post.example'],
  },
  {
    country: 'IE', currency: 'eur', weight: 3, locale: 'en-IE', phone: '+353 85 ### ####',
    given: words('Ian Aoife Seán Siobhán Cormac Róisín Declan Gráinne'),
    family: ['McBride', "O'Sullivan", 'Ní Dhónaill', 'Byrne', "O'Shea", 'Kavanagh', 'Doyle', 'Murphy'],
    towns: [['Cobh', 'P24 X201'], ['Galway', 'H91 E9XA'], ['Dublin', 'D02 X285']],
    streets: ['Quay Street', 'Harbour Row', 'Church Road', 'Patrick Street'],
    domains: ['litir.example', 'mcpost.example'],
  },
  {
    country: 'IN', currency: 'usd', weight: 3, locale: 'en-IN', phone: '+91 98### #####',
    given: words('Priya Arjun Lakshmi Rahul Ananya Vikram Meera Sanjay'),
    family: words('Raman Iyer Banerjee Sharma Nair Kulkarni Reddy Chatterjee'),
    towns: [['Kochi', '682001', 'KL'], ['Mumbai', '400001', 'MH'], ['Chennai', '600001', 'TN']],
    streets: ['Marine Drive', 'M.G. Road', 'Beach Road', 'Ballard Estate'],
    domains: ['ramanlaw.example', 'dak.example'],
  },
  {
    country: 'MX', currency: 'usd', weight: 3, locale: 'es-MX', phone: '+52 55 #### ####',
    given: words('Bea José Lucía Ángel Ximena Raúl Itzel Joaquín'),
    family: words('Ortiz Muñoz Ibáñez Núñez Peña Zúñiga Cárdenas Ávila'),
    towns: [['Veracruz', '91700', 'VER'], ['Mazatlán', '82000', 'SIN'], ['Ciudad de México', '06700', 'CDMX']],
    streets: ['Malecón', 'Calle Independencia', 'Avenida Juárez', 'Calle 5 de Mayo'],
    domains: ['correo.example', 'ortizmail.example'],
  },
  {
    country: 'NG', currency: 'usd', weight: 2, locale: 'en-NG', phone: '+234 803 ### ####',
    given: words('Amara Chinedu Folasade Ibrahim Ngozi Tunde Zainab Emeka'),
    family: words('Diallo Okonkwo Adébáyò Bello Ọláwálé Eze Mohammed Nwosu'),
    towns: [['Lagos', '101001'], ['Port Harcourt', '500001'], ['Calabar', '540001']],
    streets: ['Marina Road', 'Wharf Road', 'Aggrey Road'],
    domains: ['naijapost.example', 'eko.example'],
  },
  {
    country: 'IT', currency: 'eur', weight: 3, locale: 'it-IT', phone: '+39 3## ### ####',
    given: words('Giulia Niccolò Chiara Lorenzo Beatrice Matteo'),
    family: ['Rossi', "D'Amico", 'Bianchi', 'Esposito', 'De Luca', "Dell'Acqua"],
    towns: [['Genova', '16124', 'GE'], ['Trieste', '34121', 'TS'], ['Napoli', '80133', 'NA']],
    streets: ['Via del Porto', 'Lungomare Caracciolo', 'Via Garibaldi'],
    domains: ['postino.example'],
  },
  {
    country: 'CN', currency: 'usd', weight: 2, locale: 'zh-CN', phone: '+86 138 #### ####', familyFirst: true,
    given: ['伟', '芳', '娜', '秀英', '敏', '静'],
    family: ['张', '王', '李', '赵', '陈', '杨'],
    latin: { given: words('wei fang na xiuying min jing'), family: words('zhang wang li zhao chen yang') },
    towns: [['上海', '200002'], ['青岛', '266001'], ['厦门', '361001']],
    streets: ['中山东一路', '海滨路', '人民路'],
    domains: ['youjian.example'],
  },
  {
    country: 'IL', currency: 'usd', weight: 2, locale: 'he-IL', phone: '+972 5#-###-####',
    given: ['נועה', 'דוד', 'שירה', 'יונתן'],
    family: ['כהן', 'לוי', 'מזרחי', 'פרידמן'],
    latin: { given: words('noa david shira yonatan'), family: words('cohen levi mizrahi friedman') },
    towns: [['חיפה', '3303139'], ['אשדוד', '7761002']],
    streets: ['שדרות הנמל', 'רחוב הרצל'],
    domains: ['doar.example'],
  },
  {
    country: 'BR', currency: 'usd', weight: 2, locale: 'pt-BR', phone: '+55 11 9####-####',
    given: words('João Conceição Thiago Letícia Antônio Marília'),
    family: words('Gonçalves Araújo Simões Conceição Magalhães Leão'),
    towns: [['Santos', '11010-150', 'SP'], ['Recife', '50030-230', 'PE']],
    streets: ['Avenida Ana Costa', 'Rua do Bom Jesus', 'Cais do Porto'],
    domains: ['carta.example'],
  },
]
