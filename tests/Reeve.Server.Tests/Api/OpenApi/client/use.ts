// Works with a Reeve through the client that was generated from its description; every answer is typed, so that a wrong description
// does not even compile. usage: node use.js URL
import assert from 'node:assert/strict';
import {client} from './generated/client.gen.js';
import * as reeve from './generated/index.js';
import type {Binding, Execution, JournalEntry, Policy, Problem, Target} from './generated/index.js';

client.setConfig({baseUrl: process.argv[2]});

const policy = (name: string, ttl: string): Policy =>
    ({kind: 'Policy', metadata: {name, labels: {by: 'client'}}, spec: {type: 'reeve.heartbeat-1.0', properties: {ttl}}});

// a plan, the documents, and nothing twice
const shop: Target = {
    kind: 'Target', metadata: {name: 'shop'},
    spec: {children: [{name: 'web', capacity: {min: 1, max: 4, desired: 1}, driver: {name: 'simulated'}}]},
};
const plan = await reeve.apply({body: [shop], query: {dry_run: true}});
assert.deepEqual([plan.data?.dry_run, plan.data?.changes[0].change], [true, 'created']);
assert.equal((await reeve.apply({body: [shop]})).error, undefined);
assert.equal((await reeve.apply({body: [shop]})).data?.changes[0].change, 'unchanged');
for (let i = 0; i < 5; i++) {
    const made = await reeve.putPolicy({path: {name: `p-${i}`}, body: policy(`p-${i}`, '10s'), headers: {'If-None-Match': '*'}});
    assert.equal(made.data?.changes[0].change, 'created');
}

// pages
const names: string[] = [];
let after: string | undefined;
do {
    const page = await reeve.listPolicies({query: {limit: 2, after, label: ['by=client'], sort: '-name'}});
    names.push(...page.data!.items.map((p: Policy) => p.metadata.name));
    after = page.data!.next;
} while (after);
assert.deepEqual(names, ['p-4', 'p-3', 'p-2', 'p-1', 'p-0']);

// of two writers with one ETag the second is told
const read = await reeve.getPolicy({path: {name: 'p-0'}});
const tag = read.response.headers.get('ETag')!;
const same = await reeve.getPolicy({path: {name: 'p-0'}, headers: {'If-None-Match': tag}});
assert.equal(same.response.status, 304);
const first = await reeve.putPolicy({path: {name: 'p-0'}, body: policy('p-0', '20s'), headers: {'If-Match': tag}});
assert.equal(first.data?.changes[0].revision, 2);
const second = await reeve.putPolicy({path: {name: 'p-0'}, body: policy('p-0', '30s'), headers: {'If-Match': tag}});
const problem: Problem = second.error!;
assert.equal(problem.status, 412);
assert.equal(problem.code, 'conflict');

const binding: Binding = {
    kind: 'Binding', metadata: {name: 'alive'},
    spec: {policy: 'p-0', targets: {path: 'shop/web'}, per: 'group', on: {events: ['heartbeat']}, restraints: {cooldown: '1m'}},
};
assert.equal((await reeve.apply({body: binding})).data?.changes[0].change, 'created');

// an execution, once, to its end
const key = {'Idempotency-Key': 'client-1'};
const started = await reeve.startExecution({body: {operation: 'create', target: 'shop/web'}, headers: key});
assert.equal(started.response.status, 202);
const again = await reeve.startExecution({body: {operation: 'create', target: 'shop/web'}, headers: key});
assert.equal(again.data!.id, started.data!.id);
let run: Execution = started.data!;
for (let i = 0; i < 1000 && !['succeeded', 'failed', 'cancelled'].includes(run.status); i++) {
    run = (await reeve.getExecution({path: {id: run.id}})).data!;
}
assert.equal(run.status, 'succeeded');

const taken = await reeve.sendEvents({body: [{target: 'shop/web', service: 'heartbeat'}, {target: 'nowhere', service: 'x'}]});
assert.deepEqual(taken.data, {accepted: 1, unmatched: 1});
const journal = await reeve.listJournal({query: {kind: 'execution.ended', order: 'oldest'}});
const entry: JournalEntry = journal.data!.items[0];
assert.equal(entry.execution, run.id);
const story = await reeve.explain({path: {kind: 'execution', id: run.id}});
assert.ok(story.data!.story.length > 0);
const live = await reeve.getTarget({path: {name: 'shop/web'}});
assert.equal(live.data!.kind, 'group');
const wrong = await reeve.getIncident({path: {id: 'inc-0'}});
assert.equal(wrong.error!.code, 'not-found');
assert.equal((await reeve.getStatus()).data!.ready, true);

// what changes, as it changes
const {stream} = await reeve.watchEvents({query: {after: 0, kind: 'resource.changed'}});
for await (const seen of stream) {
    assert.match(JSON.stringify(seen), /resource\.changed/);
    break;
}

console.log('the generated client works');
process.exit(0);
