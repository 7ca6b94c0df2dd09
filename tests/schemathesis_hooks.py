"""What is left out of the generated requests."""

import schemathesis


@schemathesis.hook
def filter_headers(context, headers):
    """HTTP itself forbids control characters in a header (RFC 9110, 5.5): such a request is turned away before the API sees it."""
    return all(part.isprintable() for header in (headers or {}).items() for part in map(str, header))
