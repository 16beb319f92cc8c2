"""Stores for the tests of publishing, each skipped where its library or server is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import s3_server


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    for module in ("moto", "flask", "s3fs"):
        pytest.importorskip(module)
    with s3_server.serving(tmp_path_factory.mktemp("moto") / "log") as address:
        yield address


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Return the address of an empty folder of the bucket."""
    monkeypatch.setenv("NARRATOR_RETRY_DELAY", "0")
    for name, value in {
        "ENDPOINT_URL": endpoint,
        "ACCESS_KEY_ID": "one",
        "SECRET_ACCESS_KEY": "nobody-may-see-this",
        "DEFAULT_REGION": "us-east-1",
        "MAX_ATTEMPTS": "1",
        "EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return f"s3://{s3_server.BUCKET}/{tmp_path.name}"


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pytest.importorskip("paramiko")
    import sftp_server

    monkeypatch.setenv("NARRATOR_RETRY_DELAY", "0")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (tmp_path / "served").mkdir()
    with sftp_server.serving(tmp_path / "served", tmp_path / "home") as address:
        yield address
