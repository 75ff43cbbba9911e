// S2, S3, S4 (INVARIANTS §5.2): what reaches the webhook door unsigned, wrongly signed, too large or malformed. Over both lanes: the function and the bare process.
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { POST } from '#app/api/webhooks/stripe/route.ts';
import { drain } from '#lib/inbox/drain.ts';
import { ingest } from '#lib/inbox/ingest.ts';
import { openGround, type Ground } from '#tests/faults/ground.ts';
import { customerOf, eventOf, nowSeconds, SECRETS, sign } from '#tests/faults/signed.ts';
import { startProcess, type Process } from '#tests/world.ts';

let ground: Ground;
let door: Process;
const PATH = '/api/webhooks/stripe';
const bytes = (body: string | Buffer) => (typeof body === 'string' ? body : new Uint8Array(body));

type Deliver = (body: string | Buffer, signature: string | null) => Promise<number>;
const lanes: Record<string, Deliver> = {
  'the function': async (body, signature) => (await ingest(body, signature)).status,
  'the ingest process': async (body, signature) =>
    (
      await fetch(door.url + PATH, {
        method: 'POST',
        body: bytes(body),
        headers: { 'content-type': 'application/json', ...(signature === null ? {} : { 'stripe-signature': signature }) },
      })
    ).status,
  'the route handler': async (body, signature) =>
    (
      await POST(
        new Request(`http://localhost:3000${PATH}`, {
          method: 'POST',
          body: bytes(body),
          headers: signature === null ? {} : { 'stripe-signature': signature },
        }),
      )
    ).status,
};

beforeAll(async () => {
  ground = await openGround();
  door = await startProcess('processes/ingest.ts', { ...ground.env, INGEST_PORT: '0' }, /ready (\S+)/);
});
afterAll(async () => {
  await door?.stop();
  await ground?.close();
});
beforeEach(() => ground.owner.query('TRUNCATE inbox'));

const kept = async () => (await ground.owner.query('SELECT event_id, account, livemode, body, deliveries, state, source FROM inbox ORDER BY event_id')).rows;
const text = (of: Parameters<typeof eventOf>[0] = {}) => JSON.stringify(eventOf(of));

describe.each(Object.entries(lanes))('S2 over %s', (_name, deliver) => {
  test('a forged, foreign, absent or old-scheme signature keeps nothing', async () => {
    const body = text();
    const good = sign(body);
    const stamp = /t=(\d+)/.exec(good)![1]!;
    const hex = /v1=([0-9a-f]+)/.exec(good)![1]!;
    const bad: (string | null)[] = [
      null,
      '',
      'v1=abc',
      't=,v1=',
      `t=${stamp},v1=${'0'.repeat(64)}`,
      `t=${stamp},v0=${hex}`,
      `t=${stamp},t=${stamp},v1=${hex}`,
      `t=${Number(stamp) - 1},t=${stamp},v1=${hex}`,
      `t=${stamp}x,v1=${hex}`,
      `t=${stamp},v1=${hex.slice(0, 63)}`,
      sign(body, 'whsec_of_another_endpoint'),
      sign(`${body} `),
    ];
    for (const signature of bad) expect([signature, await deliver(body, signature)]).toEqual([signature, 400]);
    // The same event, written out again by another serialiser.
    expect(await deliver(JSON.stringify(JSON.parse(body), null, 1), good)).toBe(400);
    expect(await kept()).toEqual([]);
    expect(await deliver(body, good)).toBe(200);
  });

  test('a stamp 301 s old or 301 s ahead is refused, 299 s is not', async () => {
    for (const [offset, status] of [
      [-301, 400],
      [302, 400],
      [-290, 200],
      [290, 200],
    ] as const) {
      const body = text();
      expect([offset, await deliver(body, sign(body, SECRETS.test, nowSeconds() + offset))]).toEqual([offset, status]);
    }
    expect(await kept()).toHaveLength(2);
  });

  test('each pair of secret and mode: only a live event under a test secret is refused', async () => {
    const pairs = [
      [SECRETS.live, true, 200],
      [SECRETS.live, false, 200],
      [SECRETS.test, false, 200],
      [SECRETS.testOld, false, 200],
      [SECRETS.test, true, 400],
      [SECRETS.testOld, true, 400],
    ] as const;
    for (const [secret, livemode, status] of pairs) {
      const body = text({ livemode });
      expect([secret, livemode, await deliver(body, sign(body, secret))]).toEqual([secret, livemode, status]);
    }
    expect((await kept()).filter((row) => row.livemode)).toHaveLength(1);
  });

  test('of several signatures any may match', async () => {
    const body = text();
    const good = sign(body);
    expect(await deliver(body, good.replace(',v1=', `,v1=${'a'.repeat(64)},v0=b,v1=`))).toBe(200);
  });
});

describe.each(Object.entries(lanes))('S3 over %s', (_name, deliver) => {
  test('an old body with a changed id is refused; a replay inside five minutes counts and changes nothing', async () => {
    const body = text({ id: 'evt_s3' });
    const signature = sign(body);
    expect(await deliver(body, signature)).toBe(200);
    expect(await deliver(body.replace('evt_s3', 'evt_s4'), signature)).toBe(400);
    await ground.owner.query(`UPDATE inbox SET state = 'done'`);
    expect(await deliver(body, signature)).toBe(200);
    expect(await kept()).toMatchObject([{ event_id: 'evt_s3', deliveries: 2, state: 'done', source: 'hook' }]);
  });
});

describe.each(Object.entries(lanes))('S4 over %s', (_name, deliver) => {
  const unsigned: [string, string | Buffer, number][] = [
    ['0 bytes', '', 400],
    ['1 MB + 1', 'x'.repeat(1_048_577), 413],
    ['a gzip bomb', gzipSync(Buffer.alloc(40_000_000)), 400],
    ['bad UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400],
    ['depth 10,000', '['.repeat(10_000) + ']'.repeat(10_000), 400],
    ['__proto__', '{"__proto__":{"livemode":true}}', 400],
    ['1e400', '{"created":1e400}', 400],
    ['NUL', '{"id":"\u0000"}', 400],
  ];
  test.each(unsigned)('unsigned: %s', async (_what, body, status) => {
    const start = performance.now();
    expect(await deliver(body, 't=1,v1=00')).toBe(status);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(await kept()).toEqual([]);
  });

  test('signed but no event: 400, nothing kept', async () => {
    const bodies = [
      '',
      'null',
      '[]',
      '7',
      '{}',
      '{"object":"event"}',
      `${text()}x`,
      text().replace('"created":', '"created":1e400,"x":'),
      text().replace('"created":', '"created":-5,"x":'),
      text({ id: 'evt_\u0000' }),
      text({ account: 'acct_\ud800' }),
      text({ id: 'e'.repeat(256) }),
      text().replace('"livemode":false', '"livemode":"false"'),
      '{"id":"\u0000"}',
    ];
    for (const body of bodies) if (body !== '') expect([body.slice(0, 40), await deliver(body, sign(body))]).toEqual([body.slice(0, 40), 400]);
    const broken = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(await deliver(broken, sign(broken.toString('latin1')))).toBe(400);
    expect(await kept()).toEqual([]);
  });

  test('signed and parseable is kept byte for byte, then applied with a note or dead alone', async () => {
    await ground.owner.query('TRUNCATE customers, account_route, connection, work CASCADE');
    const ledger = await ground.connect('acct_one');
    const deep = `{"a":`.repeat(10_000) + '1' + '}'.repeat(10_000);
    const bodies: Record<string, string> = {
      evt_deep: text({ id: 'evt_deep', object: customerOf('cus_deep', { metadata: 'DEEP' }) }).replace('"DEEP"', deep),
      evt_proto: text({ id: 'evt_proto', object: customerOf('cus_proto', { metadata: 'PROTO' }) }).replace(
        '"PROTO"',
        '{"__proto__":{"livemode":true},"constructor":1}',
      ),
      evt_huge: text({ id: 'evt_huge', object: customerOf('cus_huge', { balance: 7 }) }).replace('"balance":7', '"balance":1e400'),
      evt_nul: text({ id: 'evt_nul', object: customerOf('cus_nul', { name: 'A\u0000da' }) }),
      evt_half: text({ id: 'evt_half', object: customerOf('cus_half', { name: 'A\ud83dda' }) }),
      evt_plain: text({ id: 'evt_plain', object: customerOf('cus_plain') }),
    };
    for (const body of Object.values(bodies)) expect(await deliver(body, sign(body))).toBe(200);
    expect(Object.fromEntries((await kept()).map((row) => [row.event_id, row.body]))).toEqual(bodies);
    expect(await drain()).toBe(6);
    const { rows } = await ground.owner.query('SELECT event_id, state, tries, last_error FROM inbox ORDER BY event_id');
    expect(rows.map((row) => [row.event_id, row.state])).toEqual([
      ['evt_deep', 'kept'],
      ['evt_half', 'done'],
      ['evt_huge', 'done'],
      ['evt_nul', 'done'],
      ['evt_plain', 'done'],
      ['evt_proto', 'done'],
    ]);
    expect(rows[0]).toMatchObject({ tries: 1, last_error: expect.stringContaining('nested') });
    for (let tries = 2; tries <= 10; tries += 1) {
      await ground.owner.query('UPDATE inbox SET next_at = clock_timestamp()');
      await drain();
    }
    expect((await ground.owner.query(`SELECT state, tries FROM inbox WHERE event_id = 'evt_deep'`)).rows).toEqual([{ state: 'dead', tries: 10 }]);
    const mirrored = await ground.owner.query('SELECT id, name, balance, note, data FROM customers WHERE workspace_id = $1 ORDER BY id', [ledger.workspace]);
    expect(mirrored.rows.map((row) => [row.id, row.name, row.note])).toEqual([
      ['cus_half', 'A\ufffdda', 'lone_surrogate'],
      ['cus_huge', 'Ada', null],
      ['cus_nul', 'Ada', 'nul'],
      ['cus_plain', 'Ada', null],
      ['cus_proto', 'Ada', null],
    ]);
    expect(({} as Record<string, unknown>)['livemode']).toBeUndefined();
  });
});

describe('the ingest process', () => {
  test('cuts off 50 MB in chunks at the first megabyte, without keeping it in memory', async () => {
    const rss = async () =>
      Number(/VmRSS:\s+(\d+)/.exec(await (await import('node:fs/promises')).readFile(`/proc/${door.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    const before = await rss();
    const start = performance.now();
    const status = await new Promise<number>((resolve, reject) => {
      const sent = httpRequest(door.url + PATH, { method: 'POST', headers: { 'stripe-signature': 't=1,v1=00' } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.once('error', reject);
      const chunk = Buffer.alloc(1_000_000, 'x');
      for (let index = 0; index < 50; index += 1) sent.write(chunk);
      sent.end();
    });
    expect(status).toBe(413);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect((await rss()) - before).toBeLessThan(50);
    expect(await kept()).toEqual([]);
  });

  test('answers no other path or method', async () => {
    expect((await fetch(`${door.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${door.url}/`)).status).toBe(404);
    expect((await fetch(`${door.url}${PATH}`)).status).toBe(405);
  });
});
