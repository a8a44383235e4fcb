"""Every way in which the desk says no to a program: status, one sentence, whether to try again."""

from __future__ import annotations

from uploader.desk_messages import Refusal


class RefusedError(Exception):
    """Becomes a `Refusal` with HTTP status `status`; `wait_s` becomes Retry-After."""

    def __init__(
        self, status: int, error: str, sentence: str, *, again: bool = False, wait_s: int = 0
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.wait_s = wait_s
        self.refusal = Refusal(error=error, sentence=sentence, again=again)


def bad_bundle(sentence: str) -> RefusedError:
    return RefusedError(422, "bad_bundle", sentence)


def bad_request(sentence: str) -> RefusedError:
    return RefusedError(400, "bad_request", sentence)


def too_large(limit_bytes: int) -> RefusedError:
    sentence = f"The bundle is larger than {limit_bytes // 1024 // 1024} MiB and was not taken."
    return RefusedError(413, "too_large", sentence)


def unauthorised(sentence: str) -> RefusedError:
    return RefusedError(401, "unauthorised", sentence)


def not_found(sentence: str) -> RefusedError:
    return RefusedError(404, "not_found", sentence)


def conflict(sentence: str) -> RefusedError:
    return RefusedError(409, "conflict", sentence)


def too_often(wait_s: int) -> RefusedError:
    sentence = f"Too many requests came from this connection; try again in {wait_s} s."
    return RefusedError(429, "too_often", sentence, again=True, wait_s=wait_s)


def busy(sentence: str) -> RefusedError:
    return RefusedError(503, "busy", sentence, again=True, wait_s=10)


def too_slow() -> RefusedError:
    return RefusedError(
        408, "too_slow", "The bundle did not arrive in time; it will be sent again.", again=True
    )


def own_fault() -> RefusedError:
    return RefusedError(
        500, "internal", "The desk made a mistake; nothing was stored. Try again.", again=True
    )
