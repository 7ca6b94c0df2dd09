# Mints a member token with a secret (HS256). Ruby's own openssl, no gems.

require "base64"
require "json"
require "openssl"
require "securerandom"

def mint_token(secret:, program:, member:, life_s: 300)
  part = ->(data) { Base64.urlsafe_encode64(data, padding: false) }
  now = Time.now.to_i
  header = part.(JSON.generate(alg: "HS256", typ: "JWT"))
  claims = part.(JSON.generate(aud: program, sub: member, iat: now, exp: now + life_s, jti: SecureRandom.uuid))
  signature = part.(OpenSSL::HMAC.digest("SHA256", secret, "#{header}.#{claims}"))
  "#{header}.#{claims}.#{signature}"
end

if $PROGRAM_NAME == __FILE__
  program, member = ARGV
  puts mint_token(secret: ENV.fetch("STAMPCARD_TOKEN_SECRET"), program:, member:)
end
