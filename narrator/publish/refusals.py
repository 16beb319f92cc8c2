"""What went wrong at a place to publish to, in our words: those of libraries may repeat what is secret."""

from __future__ import annotations

import errno
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from narrator.errors import NarratorError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DENIED = "access is denied; whoever publishes must be allowed to list, read, write and delete there"
_CREDENTIALS = (
    "there are no credentials for it; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
)
_REFUSED = "the credentials are refused; check key, secret and whether they are out of date"
_REGION = "the bucket lies in another region; name that in AWS_DEFAULT_REGION"
_BUSY = "it is busy; try again later"
_UNREACHABLE = "it cannot be reached; check address and network"
_FULL = "there is no space left"

_CODES = {
    "NoSuchBucket": "there is no such bucket; create it, or check its name and AWS_ENDPOINT_URL",
    "InvalidBucketName": "a bucket cannot have this name",
    **dict.fromkeys(("AccessDenied", "AllAccessDisabled", "AccountProblem", "403", "Forbidden"), _DENIED),
    **dict.fromkeys(
        ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"), _REFUSED
    ),
    **dict.fromkeys(("PermanentRedirect", "301", "AuthorizationHeaderMalformed"), _REGION),
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
    "EntityTooLarge": "a file is too large for it",
    "QuotaExceeded": _FULL,
}
"""What cannot pass, by the codes of S3 (Amazon S3 API, error responses)."""
_PASSING = frozenset(
    {
        "SlowDown",
        "ServiceUnavailable",
        "InternalError",
        "RequestTimeout",
        "TooManyRequests",
        "OperationAborted",
    }
    | {"429", "500", "502", "503", "504"}
)
"""Codes of what may pass."""

_FAULTS: dict[str, tuple[str, bool]] = {
    "NoCredentialsError": (_CREDENTIALS, False),
    "PartialCredentialsError": (_CREDENTIALS, False),
    "CredentialRetrievalError": (_CREDENTIALS, False),
    "SSOError": (_CREDENTIALS, False),
    "LoginError": (_CREDENTIALS, False),
    "ProfileNotFound": ("there is no such profile as AWS_PROFILE names", False),
    "NoRegionError": ("its region is not known; name it in AWS_DEFAULT_REGION", False),
    "ParamValidationError": ("this is no address of a bucket", False),
    "SSLError": ("no safe connection came about; its certificate cannot be verified", False),
    "SSLCertVerificationError": ("no safe connection came about; its certificate cannot be verified", False),
    "HTTPClientError": (_UNREACHABLE, True),
    "BotoCoreError": (_UNREACHABLE, True),
    "PasswordRequiredException": ("the private key is locked; unlock it with ssh-add", False),
    "BadHostKeyException": (
        "its host key is not the one in known_hosts: it may be another machine, so nothing was sent",
        False,
    ),
    "AuthenticationException": ("the user, key or password is refused", False),
    "IncompatiblePeer": ("its kind of SSH is too old", False),
    "SSHException": ("the connection broke off", True),
    "EOFError": ("the connection broke off", True),
    "error_perm": (_DENIED, False),
    "PermissionError": (_DENIED, False),
    "FileNotFoundError": ("there is no such bucket or folder", False),
    "NotADirectoryError": ("a file stands where a folder is needed", False),
    "IsADirectoryError": ("a folder stands where a file is needed", False),
    "FileExistsError": ("a file or folder stands in the way", False),
    "NotImplementedError": ("this kind of place cannot be written to", False),
    "ImportError": ("a library is missing for it", False),
    "ValueError": ("this is no address of a place to publish to", False),
    "gaierror": ("there is no such host; check address and network", True),
    "OSError": (_UNREACHABLE, True),
}
"""Problem, and whether it may pass, by the names of classes; the nearest among the bases counts."""

_NUMBERS = {errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EROFS: "it can only be read"}


@contextmanager
def telling(shown: str) -> Iterator[None]:
    """Tell what a library raises as an error for people.

    Args:
        shown: The address without secrets.

    Raises:
        StoreError: Something went wrong.
    """
    try:
        yield
    except NarratorError:
        raise
    except Exception as error:
        problem, retry = _judge(error)
        raise StoreError(shown, problem, retry=retry) from error


def code_of(error: BaseException | None) -> str:
    """Return the code with which a store answered; empty where there is none."""
    for one in (error, error.__cause__ if error else None):
        response = getattr(one, "response", None)
        if isinstance(response, dict):
            code = str(response.get("Error", {}).get("Code", ""))
            return code if re.fullmatch(r"[A-Za-z0-9]{1,40}", code) else "unknown"
    return ""


def _judge(error: Exception) -> tuple[str, bool]:
    """Return what is wrong, and whether it may pass."""
    code = code_of(error)
    if code in _PASSING:
        return _BUSY, True
    if code in _CODES:
        return _CODES[code], False
    if code and type(error).__name__ not in {"PermissionError", "FileNotFoundError"}:
        return f"it refuses ({code})", False
    if isinstance(error, OSError) and error.errno in _NUMBERS:
        return _NUMBERS[error.errno], False
    for kind in type(error).__mro__:
        if kind.__name__ in _FAULTS:
            return _FAULTS[kind.__name__]
    return f"it failed ({type(error).__name__})", True
