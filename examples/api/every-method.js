// Calls every method of weft.v1 once, with Node's gRPC library, and fails where a method has no call here.
//
//   npm install --ignore-scripts
//   node every-method.js reflection unix:/run/weft/control.sock                    definitions from the instance itself
//   node every-method.js ../../controller/api/src/main/protobuf unix:/run/weft/control.sock   definitions from the proto files
//
// The instance is that of fabric.yaml beside this file, with nothing else in it.
'use strict';

const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [definitions, address] = process.argv.slice(2);
const credentials = grpc.credentials.createInsecure();
const authority = {'grpc.default_authority': 'localhost'};
const LIKE_PROTO = {keepCase: true, longs: Number, enums: String, bytes: Buffer, defaults: true};

// What members say to their controller, which is not for programs.
const MEMBERS = 'weft.v1.MemberService';

// A map field: an object by the files; by reflection the library wants the entries that are on the wire.
function map(entries) {
  return definitions === 'reflection' ? Object.entries(entries).map(([key, value]) => ({key, value})) : entries;
}

// What a method is called with, and what must be true of its answer. A stream in is an array of messages; of a stream out only the first
// message is read. `status` is the gRPC status that is right for this instance.
const CALLS = {
  'weft.v1.FabricService/Apply': {send: () => ({yaml: fs.readFileSync(path.join(__dirname, 'fabric.yaml'), 'utf8'), dry_run: true}),
    check: answer => answer.revision > 0},
  'weft.v1.FabricService/Diff': {send: () => ({yaml: 'ports: {}\n'}), check: answer => answer.changes.length > 0},
  'weft.v1.FabricService/Export': {send: () => ({}), check: answer => answer.yaml.includes('ports:')},
  'weft.v1.FabricService/AddPort': {send: () => ({name: 'extra', keys: map({type: 'qemu', transport: 'stream',
    socket: '/tmp/weft-api-extra', mode: 'client', access: '10'}), options: {comment: 'made by Node', claimed_name: 'node'}}),
  check: answer => answer.changes.some(change => change.subject === 'port extra')},
  'weft.v1.FabricService/SetPort': {send: () => ({name: 'extra', keys: map({description: 'by Node'})}), check: answer => answer.revision > 1},
  'weft.v1.FabricService/RemovePort': {send: () => ({name: 'extra'}), check: answer => answer.revision > 2},
  'weft.v1.FabricService/EditObject': {send: () => ({kind: 'PORT', verb: 'SET', name: 'web1', keys: map({description: 'x'})}),
    check: answer => answer.revision > 3},
  'weft.v1.FabricService/Batch': {send: () => ({edits: [{kind: 'PORT', verb: 'SET', name: 'web1', keys: map({description: 'y'})}]}),
    check: answer => answer.changes.length === 1},
  'weft.v1.RevisionService/ListRevisions': {send: () => ({limit: 5}), check: answer => answer.revisions[0].revision > 4},
  'weft.v1.RevisionService/GetRevision': {send: () => ({revision: 1}), check: answer => answer.yaml.includes('web1')},
  'weft.v1.RevisionService/DiffRevisions': {send: () => ({from: 1}), check: answer => answer.changes.length === 1},
  'weft.v1.RevisionService/Rollback': {send: () => ({revision: 1, dry_run: true}), check: answer => answer.changes.length === 1},
  'weft.v1.RevisionService/Confirm': {send: () => ({}), status: 'FAILED_PRECONDITION'},
  'weft.v1.BackupService/Backup': {send: () => ({}), check: chunk => chunk.data.subarray(0, 2).toString() === 'PK'},
  'weft.v1.BackupService/Restore': {send: () => [{options: {dry_run: true}}, {data: Buffer.from('no backup')}], status: 'INVALID_ARGUMENT'},
  'weft.v1.InspectService/ListPorts': {send: () => ({}), check: answer => answer.ports.some(port => port.name === 'web1')},
  'weft.v1.InspectService/ListMacs': {send: () => ({}), check: answer => Array.isArray(answer.macs)},
  'weft.v1.InspectService/ListVlans': {send: () => ({}), check: answer => answer.vlans.length > 0},
  'weft.v1.InspectService/ListDrops': {send: () => ({all: true}), check: answer => answer.drops.length > 0},
  'weft.v1.InspectService/ListNetworks': {send: () => ({}), check: answer => answer.networks.length === 1},
  'weft.v1.InspectService/ListWorkers': {send: () => ({}), check: answer => answer.workers.length > 0},
  'weft.v1.InspectService/ListExports': {send: () => ({}), check: answer => Array.isArray(answer.exports)},
  'weft.v1.InspectService/ListMulticast': {send: () => ({}), check: answer => answer !== null},
  'weft.v1.InspectService/ListLags': {send: () => ({}), check: answer => Array.isArray(answer.lags)},
  'weft.v1.InspectService/ListStack': {send: () => ({}), check: answer => answer.members.length === 0},
  'weft.v1.InspectService/ListNeighbors': {send: () => ({}), check: answer => Array.isArray(answer.neighbors)},
  'weft.v1.InspectService/ListNames': {send: () => ({kind: 'PORT'}), check: answer => JSON.stringify(answer).includes('web1')},
  'weft.v1.InspectService/DescribeGuestNics': {send: () => ({ports: ['web1']}), check: answer => answer !== null},
  'weft.v1.ZoneService/ListZones': {send: () => ({}), check: answer => answer.zones.some(zone => zone.name === 'inside')},
  'weft.v1.ZoneService/ListZonePairs': {send: () => ({}), check: answer => answer !== null},
  'weft.v1.ZoneService/ListPolicies': {send: () => ({}), check: answer => answer.policies.length === 1},
  'weft.v1.ZoneService/ListConnections': {send: () => ({limit: 10}), check: answer => Array.isArray(answer.connections)},
  'weft.v1.ZoneService/KillConnections': {send: () => ({all: true}), check: answer => answer !== null},
  'weft.v1.TraceService/Trace': {send: () => ({port: 'web1', spec: 'tcp 10.10.0.1:1 > 10.10.0.2:2'}), check: answer => answer !== null},
  'weft.v1.TraceService/FollowPackets': {send: () => ({port: 'web1', spec: 'tcp 10.10.0.1:1 > 10.10.0.2:2', count: 1}), quiet: true},
  'weft.v1.CaptureService/Capture': {send: () => [{ports: ['web1'], count: 1}], check: chunk => chunk !== null},
  'weft.v1.MigrateService/BeginMigration': {send: () => ({port: 'web1', socket: '/tmp/weft-api-moved', mode: 'client'}),
    status: 'FAILED_PRECONDITION'},
  'weft.v1.MigrateService/AbortMigration': {send: () => ({port: 'web1'}), status: 'FAILED_PRECONDITION'},
  'weft.v1.MigrateService/ListMigrations': {send: () => ({}), check: answer => answer.migrations.length === 0},
  'weft.v1.SystemService/Status': {send: () => ({}), check: answer => answer.health === 'ok'},
  'weft.v1.SystemService/ListMembers': {send: () => ({}), check: answer => answer.members.length === 1},
  'weft.v1.SystemService/ListEvents': {send: () => ({}), check: answer => answer.events.some(event => event.claimed_name === 'node') && answer.token.length > 0},
  'weft.v1.SystemService/FollowEvents': {send: () => ({after: 1}), check: event => event.position > 1},
  'weft.v1.IdentityService/InitAuthority': {send: () => ({}), check: answer => answer.authority.length > 0},
  'weft.v1.IdentityService/CreateMemberToken': {send: () => ({member: 2, valid_seconds: 600}), status: 'INVALID_ARGUMENT'},
  'weft.v1.IdentityService/IssueCertificate': {send: () => ({name: 'ann', role: 'viewer'}), status: 'INVALID_ARGUMENT'},
  'weft.v1.IdentityService/RevokeCertificate': {send: () => ({name: 'nobody'}), status: 'INVALID_ARGUMENT'},
  'weft.v1.IdentityService/ListCertificates': {send: () => ({}), check: answer => Array.isArray(answer.certificates)},
  'weft.v1.VpnService/ListVpnPeers': {send: () => ({}), check: answer => Array.isArray(answer.peers)},
  'weft.v1.VpnService/DescribeVpnClient': {send: () => ({gateway: 'none'}), status: 'INVALID_ARGUMENT'},
};

// grpc.reflection.v1.ServerReflection, as far as it is used here.
const REFLECTION = {nested: {grpc: {nested: {reflection: {nested: {v1: {nested: {
  Question: {fields: {host: {type: 'string', id: 1}, file_containing_symbol: {type: 'string', id: 4}, list_services: {type: 'string', id: 7}},
    oneofs: {what: {oneof: ['file_containing_symbol', 'list_services']}}},
  Files: {fields: {file_descriptor_proto: {rule: 'repeated', type: 'bytes', id: 1}}},
  Service: {fields: {name: {type: 'string', id: 1}}},
  Services: {fields: {service: {rule: 'repeated', type: 'Service', id: 1}}},
  Answer: {fields: {file_descriptor_response: {type: 'Files', id: 4}, list_services_response: {type: 'Services', id: 6}}},
  ServerReflection: {methods: {ServerReflectionInfo: {requestType: 'Question', requestStream: true, responseType: 'Answer',
    responseStream: true}}},
}}}}}}}};

function ask(questions) {
  const service = grpc.loadPackageDefinition(loader.fromJSON(REFLECTION, LIKE_PROTO)).grpc.reflection.v1.ServerReflection;
  const client = new service(address, credentials, authority);
  return new Promise((resolve, reject) => {
    const answers = [];
    const call = client.ServerReflectionInfo();
    call.on('data', answer => answers.push(answer)).on('error', reject).on('end', () => {
      client.close();
      resolve(answers);
    });
    questions.forEach(question => call.write(question));
    call.end();
  });
}

function lengthPrefixed(bytes) {
  const head = [0x0a];
  let left = bytes.length;
  for (; left >= 0x80; left >>>= 7) head.push(left & 0x7f | 0x80);
  head.push(left);
  return Buffer.concat([Buffer.from(head), bytes]);
}

async function byReflection() {
  const services = (await ask([{list_services: ''}]))[0].list_services_response.service.map(service => service.name)
    .filter(name => name.startsWith('weft.') && name !== MEMBERS);
  const answers = await ask(services.map(name => ({file_containing_symbol: name})));
  const files = new Map();
  for (const file of answers.flatMap(answer => answer.file_descriptor_response.file_descriptor_proto)) {
    files.set(file.toString('base64'), file);
  }
  return loader.loadFileDescriptorSetFromBuffer(Buffer.concat([...files.values()].map(lengthPrefixed)), LIKE_PROTO);
}

function byFiles(directory) {
  const files = fs.readdirSync(path.join(directory, 'weft/v1')).filter(name => name.endsWith('.proto')).map(name => 'weft/v1/' + name);
  return loader.loadSync(files, {...LIKE_PROTO, includeDirs: [directory]});
}

function outcome(client, method, call) {
  const message = call.send();
  return new Promise(resolve => {
    const done = (error, answer) => resolve({status: error ? grpc.status[error.code] : 'OK', answer, details: error && error.details});
    if (method.responseStream) {
      const stream = method.requestStream ? client[method.originalName]() : client[method.originalName](message);
      stream.on('data', answer => {
        done(null, answer);
        stream.cancel();
      }).on('error', error => done(error)).on('end', () => done(null, null));
      if (method.requestStream) message.forEach(part => stream.write(part));
      if (call.quiet) setTimeout(() => { done(null, null); stream.cancel(); }, 300);
    } else if (method.requestStream) {
      const stream = client[method.originalName](done);
      message.forEach(part => stream.write(part));
      stream.end();
    } else {
      client[method.originalName](message, {deadline: Date.now() + 10000}, done);
    }
  });
}

async function main() {
  const loaded = definitions === 'reflection' ? await byReflection() : byFiles(definitions);
  const faults = [];
  const methods = Object.values(loaded).flatMap(entry => Object.values(entry))
    .filter(method => method && method.path && !method.path.startsWith('/' + MEMBERS + '/'));
  const offered = new Map(methods.map(method => [method.path.slice(1), method]));
  for (const name of offered.keys()) if (!CALLS[name]) faults.push(name + ': no call is made here');
  for (const [name, call] of Object.entries(CALLS)) {
    const method = offered.get(name);
    if (!method) {
      faults.push(name + ': the instance has no such method');
      continue;
    }
    const service = loaded[name.split('/')[0]];
    const client = new (grpc.makeGenericClientConstructor(service, name))(address, credentials, authority);
    method.originalName = method.originalName || name.split('/')[1];
    const {status, answer, details} = await outcome(client, method, call);
    client.close();
    if (status !== (call.status || 'OK')) faults.push(`${name}: ${status} (${details}), expected ${call.status || 'OK'}`);
    else if (call.check && status === 'OK' && !call.check(answer)) faults.push(`${name}: ${JSON.stringify(answer)}`);
  }
  faults.forEach(fault => console.error(fault));
  console.log(`${offered.size} methods, ${faults.length} faults`);
  process.exit(faults.length === 0 && offered.size > 0 ? 0 : 1);
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
