// Mints a member token with a secret (HS256). Node's own crypto, no packages.
import { createHmac, randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";

export function mintToken({ secret, program, member, lifeS = 300 }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const header = part({ alg: "HS256", typ: "JWT" });
  const claims = part({ aud: program, sub: member, iat: now, exp: now + lifeS, jti: randomUUID() });
  const signature = createHmac("sha256", secret).update(`${header}.${claims}`).digest("base64url");
  return `${header}.${claims}.${signature}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [program, member] = process.argv.slice(2);
  console.log(mintToken({ secret: process.env.STAMPCARD_TOKEN_SECRET, program, member }));
}
