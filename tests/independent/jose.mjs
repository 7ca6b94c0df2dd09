// Verifies and mints member tokens with jose, which knows nothing of ours. Called by tests/it/service/tokens.rs with one
// argument: {"verify": {token, audience, secret | jwks}} prints the subject, {"mint": {sub, aud, kid, lifeS}} prints
// {token, key, now}.
import { SignJWT, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from "jose";

const { verify, mint } = JSON.parse(process.argv[2]);

if (verify) {
  const [key, algorithms] = verify.jwks
    ? [createLocalJWKSet(verify.jwks), ["EdDSA"]]
    : [new TextEncoder().encode(verify.secret), ["HS256"]];
  const { payload } = await jwtVerify(verify.token, key, {
    algorithms, audience: verify.audience, maxTokenAge: "15 minutes", requiredClaims: ["exp", "iat", "sub", "jti"],
  });
  console.log(payload.sub);
}
if (mint) {
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ scope: "read" })
    .setProtectedHeader({ alg: "EdDSA", kid: mint.kid, typ: "JWT" })
    .setSubject(mint.sub).setAudience(mint.aud).setIssuedAt(now).setExpirationTime(now + mint.lifeS)
    .sign(privateKey);
  console.log(JSON.stringify({ token, now, key: { ...(await exportJWK(publicKey)), kid: mint.kid, alg: "EdDSA" } }));
}
