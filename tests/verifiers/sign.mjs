// How long Digital Bazaar's library needs to sign a credential. For `make bench`.
//
// stdin:  {"documents": {address: text}, "credential": …, "count": n, "rounds": n}
// stdout: [seconds of processor time per signature, round by round]

import {readFileSync} from 'node:fs';

import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';

const {documents, credential, count, rounds} = JSON.parse(readFileSync(0, 'utf8'));

async function documentLoader(url) {
  if(documents[url] === undefined) {
    throw new Error(`${url} is not here`);
  }
  return {contextUrl: null, documentUrl: url, document: JSON.parse(documents[url])};
}

const controller = credential.issuer.id;
const key = await Ed25519Multikey.generate({id: `${controller}#bench`, controller});

async function sign() {
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
  return vc.issue({credential: structuredClone(credential), suite, documentLoader});
}

for(let warm = 0; warm < 20; warm++) {
  await sign();
}
const seconds = [];
for(let round = 0; round < rounds; round++) {
  const began = process.cpuUsage();
  for(let n = 0; n < count; n++) {
    await sign();
  }
  const used = process.cpuUsage(began);
  seconds.push((used.user + used.system) / 1e6 / count);
}
process.stdout.write(JSON.stringify(seconds));
