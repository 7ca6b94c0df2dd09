#!/usr/bin/env bash
# Sends what the OpenAPI document allows, and what it forbids, to a server with a ledger of its own: no answer may be a
# 5xx, and every answer must be one that the document describes.
#
#   tests/schemathesis.sh            about two minutes
#   SCHEMATHESIS_SECONDS=600 tests/schemathesis.sh
#
# Needs python3 with venv. The tool is installed once, under target/; where it cannot be, the script ends with 2.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly VERSION=4.32.5 SEED=20261122 SECONDS_MAX="${SCHEMATHESIS_SECONDS:-150}"
readonly TARGET="${CARGO_TARGET_DIR:-target}"
readonly VENV="$TARGET/schemathesis"
if ! "$VENV/bin/schemathesis" --version 2>/dev/null | grep -qF "$VERSION"; then
    { python3 -m venv "$VENV" && "$VENV/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$VERSION"; } || exit 2
fi
cargo build --quiet --locked --package stampcard-server --bin stampcard-server

DATA=$(mktemp -d)
SERVER=
stop() {
    if [ -n "$SERVER" ]; then kill "$SERVER" 2>/dev/null && wait "$SERVER" 2>/dev/null || true; fi
    rm -rf "$DATA"
}
trap stop EXIT

readonly MERCHANT_KEY=sk_schemathesis SECRET=schemathesis-secret-of-thirty-two-bytes
MERCHANT_HASH=$(printf %s "$MERCHANT_KEY" | sha256sum | cut -d' ' -f1)
cp tests/fixtures/program.json "$DATA/program.json"
cat >"$DATA/stampcard.toml" <<TOML
listen = "127.0.0.1:0"
database = "ledger.db"
# One member asks here as often as thousands do.
limits.rates.key = { per_minute = 0, burst = 1 }
limits.rates.member = { per_minute = 0, burst = 1 }
limits.velocity = { redemptions = 0, hours = 24 }
[[programs]]
program = { file = "program.json" }
secret_keys = ["$MERCHANT_HASH"]
publishable_keys = [{ key = "pk_schemathesis", origins = [] }]
member_tokens = { secret = { value = "$SECRET" } }
TOML
: >"$DATA/log"
"$TARGET/debug/stampcard-server" serve --config "$DATA/stampcard.toml" >"$DATA/log" &
SERVER=$!
for _ in $(seq 100); do
    ADDRESS=$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$DATA/log")
    if [ -n "$ADDRESS" ]; then break; fi
    kill -0 "$SERVER"
    sleep 0.1
done

# A member with points to spend, and a token of theirs that is good for a quarter of an hour.
MEMBER_TOKEN=$(TOKEN_SECRET="$SECRET" API="http://$ADDRESS" KEY="$MERCHANT_KEY" "$VENV/bin/python" - <<'PYTHON'
import base64, hashlib, hmac, json, os, time, urllib.request

def post(path, body):
    headers = {"Authorization": "Bearer " + os.environ["KEY"], "Content-Type": "application/json",
               "Idempotency-Key": "start-of-" + path.rpartition("/")[2]}
    urllib.request.urlopen(urllib.request.Request(os.environ["API"] + path, json.dumps(body).encode(), headers)).read()

post("/v1/members", {"reference": "ada", "display_name": "Ada"})
tea = {"sku": "TEA", "quantity": 1, "amount_minor": 1000000000}
post("/v1/orders", {"member_reference": "ada", "order": {"id": "1", "money": "EUR", "lines": [tea]}})

part = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()
now = int(time.time())
claims = {"sub": "ada", "aud": "lantern", "iat": now, "exp": now + 900}
signed = ".".join(part(json.dumps(half).encode()) for half in ({"alg": "HS256", "typ": "JWT"}, claims))
signature = hmac.new(os.environ["TOKEN_SECRET"].encode(), signed.encode(), hashlib.sha256).digest()
print(signed + "." + part(signature))
PYTHON
)
cat >"$DATA/schemathesis.toml" <<TOML
seed = $SEED
max-time = $SECONDS_MAX
continue-on-failure = true
[auth.openapi.publishable_key]
api_key = "pk_schemathesis"
[auth.openapi.member_token]
bearer = "$MEMBER_TOKEN"
[auth.openapi.secret_key]
bearer = "$MERCHANT_KEY"
# A stream has no end to wait for, and erasing the one member would leave nobody to ask for; both have tests of their own.
[[operations]]
include-path = "/v1/me/stream"
enabled = false
[[operations]]
include-name = "DELETE /v1/me"
enabled = false
# A rule may say no to what the document allows: 409 for what the present state forbids, 422 for another program's money
# and for a key that comes with other content. A refused cursor is a 400.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "400", "404", "409", "422"]
# What is too long by far is a 413 before anybody looks at what is wrong inside.
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]
TOML
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests SCHEMATHESIS_HOOKS=schemathesis_hooks "$VENV/bin/schemathesis" --config-file "$DATA/schemathesis.toml" run "http://$ADDRESS/v1/openapi.json" \
    --phases examples,coverage,fuzzing,stateful --checks all "$@"

stop_server() { kill "$SERVER"; wait "$SERVER"; SERVER=; }
stop_server
"$TARGET/debug/stampcard-server" verify --database "$DATA/ledger.db"
