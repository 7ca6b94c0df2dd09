// Mints a member token with a private key (EdDSA, Ed25519). The loyalty server knows the public key alone.
//
//   openssl genpkey -algorithm ed25519 -out key.pem
//   node mint-eddsa.mjs --jwks key.pem 2026-11        prints the key set for the server's settings
//   node mint-eddsa.mjs key.pem 2026-11 lantern customer-7
import { createPrivateKey, createPublicKey, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

export function mintToken({ privateKey, kid, program, member, lifeS = 300 }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const header = part({ alg: "EdDSA", typ: "JWT", kid });
  const claims = part({ aud: program, sub: member, iat: now, exp: now + lifeS, jti: randomUUID() });
  const signature = sign(null, Buffer.from(`${header}.${claims}`), privateKey).toString("base64url");
  return `${header}.${claims}.${signature}`;
}

export function keySet({ privateKey, kid }) {
  const { kty, crv, x } = createPublicKey(privateKey).export({ format: "jwk" });
  return { keys: [{ kid, kty, crv, x, alg: "EdDSA", use: "sig" }] };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const prints = process.argv[2] === "--jwks";
  const [file, kid, program, member] = process.argv.slice(prints ? 3 : 2);
  const privateKey = createPrivateKey(readFileSync(file));
  console.log(prints ? JSON.stringify(keySet({ privateKey, kid })) : mintToken({ privateKey, kid, program, member }));
}
