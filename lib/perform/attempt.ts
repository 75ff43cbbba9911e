// One claimed operation's turn: decide, send or read, write down what was learned. A process may die between any two lines; the row says enough to go on.
import { ledgerOfRow } from '../access/job.ts';
import { stopwatch } from '../clock.ts';
import { clientId, platformStripe, stripeAs, type Purpose } from '../stripe.ts';
import type { Actor } from '../merchant.ts';
import { throughBreaker } from '../mirror/breaker.ts';
import { takePass } from '../mirror/budget.ts';
import { verbOf } from '../operations/index.ts';
import type { Clients } from '../operations/define.ts';
import type { Claim } from './claim.ts';
import { evidenceOfReading, evidenceOfSending, lastErrorOf } from './evidence.ts';
import { keyOf, type Operation } from './operation.ts';
import { pace } from './pace.ts';
import type { Learned } from './record.ts';
import { takeTurn, type Turn } from './turn.ts';

/** Acts until the operation waits for something or is over; null when another process holds it. */
export async function attempt(claim: Claim, actor: Actor): Promise<Turn | null> {
  let turn = await takeTurn(claim, { evidence: { kind: 'due' } }, actor);
  while (turn && goesOn(turn)) turn = await takeTurn(turn.claim, await act(turn, actor), actor, turn);
  return turn;
}

function goesOn(turn: Turn): boolean {
  return turn.step.act === 'send' || turn.step.act === 'read' || turn.step.act === 'poll';
}

async function act({ operation, step, claim }: Turn, actor: Actor): Promise<Learned> {
  // Nobody waits for a job: what it reads is paid from the budget that all background calls share, and is news to the account's breaker.
  const paid = step.act !== 'send' && actor.kind === 'job' ? await payFor(operation) : unpaid;
  if (!paid) return { evidence: { kind: 'unreadable' } };
  const elapsed = stopwatch();
  const learned = await (step.act === 'send' ? send(operation, claim) : step.act === 'poll' ? poll(operation, paid) : read(operation, paid));
  return { ...learned, elapsedMs: elapsed() };
}

type Paid = <T>(call: () => Promise<T>) => Promise<T>;
const unpaid: Paid = (call) => call();

/** The one call it is good for; null where none may be made now. The breaker's own test call may be this one: an account may have no other. */
export async function payFor(operation: Operation): Promise<Paid | null> {
  const ledger = ledgerOfRow(operation);
  const pass = await takePass(ledger, operation.kind === 'deauthorize' ? 'account' : 'refunds', { waitMs: pace().sendWithin / 2 });
  return pass && ((call) => throughBreaker(ledger, pass, call));
}

async function send(operation: Operation, claim: Claim): Promise<Learned> {
  const verb = verbOf(operation.kind);
  const clients = clientsOf(operation, 'operation');
  // A process that slept must not send a key that Stripe has forgotten: nothing may stand between this line and the call.
  if (claim.elapsed() >= pace().sendWithin) return { evidence: { kind: 'late' } };
  try {
    const reply = await verb.send(clients, operation.params, { operation: operation.id, key: keyOf(operation), timeout: pace().callTimeout });
    return { evidence: { kind: 'object', settled: verb.settledBy(verb.statusOf(reply.object)) }, reply, how: 'sent' };
  } catch (error) {
    if (verb.verdict?.(error) === 'done') return { evidence: { kind: 'object', settled: 'succeeded' }, how: 'found' };
    const evidence = evidenceOfSending(verb, error);
    return { evidence, error: lastErrorOf(evidence.kind, error) };
  }
}

async function read(operation: Operation, paid: Paid): Promise<Learned> {
  const verb = verbOf(operation.kind);
  try {
    const reply = await paid(() => verb.find(clientsOf(operation, 'mirror'), operation.params, operation.id));
    if (!reply) return { evidence: { kind: 'absent' } };
    return { evidence: { kind: 'object', settled: verb.settledBy(verb.statusOf(reply.object)) }, reply, how: 'found' };
  } catch (error) {
    const evidence = evidenceOfReading(error);
    return { evidence, error: lastErrorOf(evidence.kind, error) };
  }
}

async function poll(operation: Operation, paid: Paid): Promise<Learned> {
  const { retrieve, ...verb } = verbOf(operation.kind);
  const { stripe_id: id } = operation;
  if (!retrieve || !id) throw new Error(`An accepted ${operation.kind} has nothing to be read again.`);
  try {
    const reply = await paid(() => retrieve(clientsOf(operation, 'mirror'), id));
    return { evidence: { kind: 'object', settled: verb.settledBy(verb.statusOf(reply.object)) }, reply, how: 'polled' };
  } catch (error) {
    const evidence = evidenceOfReading(error);
    return { evidence, error: lastErrorOf(evidence.kind, error) };
  }
}

/** As the operation's own account. */
export function clientsOf(operation: Operation, purpose: Purpose): Clients {
  return {
    asAccount: stripeAs(ledgerOfRow(operation), purpose),
    asPlatform: () => platformStripe(operation.livemode),
    clientId: () => clientId(operation.livemode),
  };
}
