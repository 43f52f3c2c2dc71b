// Checks credentials with verifiers that others wrote. Nothing leaves this process: whatever a
// verifier fetches comes from the documents that it is given.
//
// stdin:  {"documents": {address: text}, "cases": {name: credential}}
// stdout: {name: {"digitalbazaar": {"valid": …, "why": …}, "dcc": {"valid": …, "why": …}}}

import {readFileSync} from 'node:fs';

const {documents, cases} = JSON.parse(readFileSync(0, 'utf8'));

globalThis.fetch = async request => {
  const url = typeof request === 'string' ? request : String(request.url ?? request);
  const found = documents[url];
  return new Response(found ?? '{}', {
    status: found === undefined ? 404 : 200,
    headers: {'Content-Type': 'application/json'},
  });
};

const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const statuses = await import('@digitalbazaar/vc-bitstring-status-list');
const vc = await import('@digitalbazaar/vc');
const core = await import('@digitalcredentials/verifier-core');

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

function didAddress(did) {
  const [host, ...path] = did.replace('did:web:', '').split(':');
  return `https://${decodeURIComponent(host)}/${path.join('/')}/did.json`;
}

async function documentLoader(url) {
  const [address, fragment] = url.split('#');
  const text = documents[address.startsWith('did:') ? didAddress(address) : address];
  if(text === undefined) {
    throw new Error(`${url} is not here`);
  }
  const found = JSON.parse(text);
  if(!address.startsWith('did:') || fragment === undefined) {
    return {contextUrl: null, documentUrl: url, document: found};
  }
  const method = found.verificationMethod.find(each => each.id === url);
  if(!method) {
    throw new Error(`${url} is not listed`);
  }
  return {contextUrl: null, documentUrl: url, document: {'@context': MULTIKEY, ...method}};
}

const suite = new DataIntegrityProof({cryptosuite});

async function checkStatus({credential}) {
  return statuses.checkStatus({
    credential, documentLoader, suite, verifyBitstringStatusListCredential: true,
  });
}

async function byDigitalBazaar(credential) {
  const result = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
  // A revoked credential is "verified" all the same; its status stands beside it.
  const bits = result.statusResult?.results ?? [];
  // A transcript has no status of its own.
  const free = !credential.credentialStatus ||
    bits.length > 0 && bits.every(each => each.status === false);
  const why = result.error?.errors?.map(String).join('; ') ?? String(result.error ?? '');
  return {valid: result.verified && free, why: why || (free ? '' : 'revoked')};
}

async function byVerifierCore(credential) {
  const result = await core.verifyCredential({credential, knownDIDRegistries: []});
  const log = Object.fromEntries((result.log ?? []).map(each => [each.id, each.valid === true]));
  const schemas = (result.additionalInformation ?? []).flatMap(each => each.results ?? []);
  const fits = schemas.every(each => each.result?.valid !== false);
  const asked = ['valid_signature', 'expiration'];
  if(credential.credentialStatus) {
    asked.push('revocation_status');
  }
  const valid = !result.errors && fits && asked.every(id => log[id]);
  return {valid, why: valid ? '' : JSON.stringify([result.errors, result.log, schemas])};
}

async function safely(verify, credential) {
  try {
    return await verify(structuredClone(credential));
  } catch(error) {
    return {valid: false, why: String(error)};
  }
}

const answers = {};
for(const [name, credential] of Object.entries(cases)) {
  answers[name] = {
    digitalbazaar: await safely(byDigitalBazaar, credential),
    dcc: await safely(byVerifierCore, credential),
  };
}
process.stdout.write(JSON.stringify(answers));
