// Passwords that guessers try first. Those of 12 characters and more are rare by themselves: they are common words, stretched.
// Some 250 words and walks over the keyboard, with the endings people add, stand for about 3,000 passwords.

/** True for a common word or keyboard walk, also doubled, spelled with digits for letters, or with digits and marks around it. */
export function isCommonPassword(password: string): boolean {
  const plain = password.normalize('NFKC').toLowerCase();
  const core = plain.replace(/^\P{L}+|\P{L}+$/gu, '');
  return [plain, core].some((form) => isKnown(form) || isKnown(unleet(form)) || isWalk(form)) || isRepeat(plain);
}

function isKnown(form: string): boolean {
  const letters = form.replace(/[^\p{L}]/gu, '');
  return letters.length === 0 || [form, letters].some((word) => common.has(word) || halves(word) || inTwoWords(word));
}

/** `passwordpassword` */
function halves(word: string): boolean {
  const half = word.slice(0, word.length / 2);
  return word.length % 2 === 0 && half.length > 2 && half + half === word && common.has(half);
}

/** `iloveyoubaby`, `welcome-admin`: two common words and nothing else. */
function inTwoWords(word: string): boolean {
  const joined = word.replace(/[^\p{L}\d]/gu, '');
  for (let cut = 3; cut <= joined.length - 3; cut += 1) if (common.has(joined.slice(0, cut)) && common.has(joined.slice(cut))) return true;
  return false;
}

/** `123456789012`, `qwertyuiop12`, `abcdefghijkl`: at most three pieces of rows and runs. */
function isWalk(form: string): boolean {
  let rest = form;
  for (let piece = 0; piece < 3 && rest.length > 0; piece += 1) {
    let length = 0;
    for (const row of rows) for (let take = rest.length; take > 2 && take > length; take -= 1) if (row.includes(rest.slice(0, take))) length = take;
    if (length === 0) return false;
    rest = rest.slice(length);
  }
  return rest.length === 0;
}

/** `aaaaaaaaaaaa`, `abcabcabcabc`, `121212121212` */
function isRepeat(form: string): boolean {
  return /^(.{1,4})\1+.{0,3}$/u.test(form) && new Set(form).size <= 5;
}

function unleet(form: string): string {
  return form.replace(/[013457@$!]/g, (mark) => ({ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' })[mark] ?? mark);
}

const forward = [
  '01234567890123456789012345',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  'qsdfghjklm',
  'yxcvbnm',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  '1qaz2wsx3edc4rfv5tgb6yhn',
  'qazwsxedcrfvtgbyhnujm',
  '!@#$%^&*()',
];
const rows = [...forward, ...forward.map((row) => [...row].toReversed().join(''))];

const common = new Set(
  `password passwort passwd passw pass motdepasse contrasena contraseña senha parola haslo wachtwoord losenord passord salasana kennwort heslo
  welcome willkommen bienvenue admin administrator administrador root user username login logon signin guest test tester testing demo default changeme
  changeit secret secrets letmein trustno trustnoone iloveyou loveyou love lovely lover loveme master mastermind dragon monkey shadow sunshine princess
  football baseball basketball soccer hockey softball volleyball superman batman spiderman ironman pokemon starwars skywalker matrix naruto hello
  helloworld world freedom whatever qwerty qwertz azerty abc abcd abcdef hunter ranger buster killer charlie jordan michael michelle jennifer jessica
  ashley daniel andrew joshua matthew anthony robert thomas william george harley hannah amanda nicole daniela alexander alexandra samantha elizabeth
  maria maggie ginger pepper cookie chocolate cheese banana orange apple cherry summer winter spring autumn fall january february march april june july
  august september october november december monday tuesday wednesday thursday friday saturday sunday london paris berlin madrid newyork america canada
  england germany france spain italy india liverpool arsenal chelsea barcelona realmadrid juventus manchester united yankees cowboys lakers steelers
  eagles packers mustang corvette ferrari porsche mercedes toyota honda computer internet windows microsoft google facebook instagram twitter linkedin
  amazon android iphone samsung apple oracle cisco server system network database office company business money dollar bitcoin account stripe payment
  payments billing invoice merchant counterpart security secure safety private access access control service support manager director student teacher
  school college family friend friends mother father brother sister baby babygirl angel angels butterfly flower flowers purple yellow silver golden
  diamond crystal phoenix tiger lion eagle falcon wolf dolphin turtle rabbit horse puppy kitten kitty snoopy mickey disney minecraft fortnite roblox
  blink metallica nirvana eminem jesus christ heaven blessed faith grace god godisgood forever always never nothing something everything
  correcthorsebatterystaple correcthorse batterystaple thisismypassword mypassword yourpassword thepassword newpassword oldpassword temp temporary
  temppassword temppass initial initialpassword first new old my the your this is not no yes one two three me you we us please enter open sesame
  opensesame abracadabra`
    .split(/\s+/)
    .filter(Boolean),
);
