"""How Stripe says no."""


class StripeError(Exception):
    """An answer that is no: its status, and the fields under `error` that Stripe gives with it."""

    def __init__(self, status: int, message: str, *, type: str = "invalid_request_error", **fields):
        super().__init__(message)
        self.status = status
        self.fields = {"type": type, "message": message, **{name: value for name, value in fields.items() if value}}

    @property
    def body(self) -> dict:
        return {"error": self.fields}


def missing(kind: str, id: str, param: str = "id") -> StripeError:
    return StripeError(404, f"No such {kind}: '{id}'", code="resource_missing", param=param)
