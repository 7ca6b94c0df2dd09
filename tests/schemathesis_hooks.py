"""What is left out of the generated requests, and what is put in."""

import itertools

import schemathesis

numbers = itertools.count()


@schemathesis.hook
def filter_headers(context, headers):
    """HTTP itself forbids control characters in a header (RFC 9110, 5.5): such a request is turned away before the API sees it."""
    return all(part.isprintable() for header in (headers or {}).items() for part in map(str, header))


@schemathesis.hook
def map_headers(context, headers):
    """A credential that chance makes up would replace the one of the settings, and what is valid otherwise would be refused;
    what is answered to another credential, or to none, is asked by a check of its own."""
    return headers and {name: value for name, value in headers.items() if str(name).lower() != "authorization"}


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key that is repeated is answered as at first, also when the address that it added has been removed since: keys that
    are good are made new, so that what was added can be looked for."""
    key = (case.headers or {}).get("Idempotency-Key")
    if case.operation.label == "POST /v1/webhooks" and key and 8 <= len(key) <= 200:
        case.headers["Idempotency-Key"] = f"{key}-{next(numbers)}"
