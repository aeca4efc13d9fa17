"""Things that go wrong, at chosen requests."""

import re
from dataclasses import dataclass


class ApiError(Exception):
    """An error in the shape that Google documents."""

    def __init__(self, code: int, reason: str, message: str):
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message

    def body(self) -> dict:
        error = {"message": self.message, "domain": "global", "reason": self.reason}
        return {"error": {"code": self.code, "message": self.message, "errors": [error], "status": self.reason.upper()}}


class Drop(Exception):
    """The connection is closed without an answer."""


@dataclass
class Fault:
    """Goes wrong at requests that match.

    Attributes:
        request: regular expression on "METHOD path".
        status: answered instead; 0 = the connection is closed.
        reason: Google's reason in the answer.
        after: True = the request takes effect first.
        times: how often.
        skip: how many matching requests pass before.
    """

    request: str
    status: int = 0
    reason: str = "backendError"
    after: bool = False
    times: int = 1
    skip: int = 0

    def strikes(self, request: str) -> bool:
        if self.times == 0 or not re.search(self.request, request):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True

    def error(self) -> Exception:
        return ApiError(self.status, self.reason, f"fault: {self.reason}") if self.status else Drop()
