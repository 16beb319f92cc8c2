"""Every kind of place keeps one contract, and tells in one clear line what is wrong."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
import requests
import s3_server
from fsspec.implementations.memory import MemoryFileSystem
from places import Seen, bring, check_is, check_whole, fixed, publication_of, sent

from narrator.errors import PublishError, StoreError
from narrator.patience import Patience
from narrator.publish.content import load
from narrator.publish.refusals import telling
from narrator.publish.storage import open_store
from narrator.publish.stores import Parcel, Store

SHOW = {"one": "Good morning.", "two": "Good night."}


class Shelf(MemoryFileSystem):  # type: ignore[misc]
    """A place of another kind, where files are seen while they are written, and can be renamed."""

    protocol = "shelf"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    written: ClassVar[list[str]] = []

    def pipe_file(self, path: str, value: bytes, **kwargs: Any) -> None:
        self.written.append(path)
        super().pipe_file(path, value, **kwargs)

    def mv(self, path1: str, path2: str, **_: Any) -> None:
        self.store[self._strip_protocol(path2)] = self.store.pop(self._strip_protocol(path1))


fsspec.register_implementation("shelf", Shelf, clobber=True)


@pytest.fixture(params=["folder", "memory", "shelf", "s3", "sftp"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    kind = request.param
    if kind == "folder":
        place = str(tmp_path / "new" / "show")
    elif kind in {"memory", "shelf"}:
        place = f"{kind}://{tmp_path.name}/show"
    else:
        place = f"{request.getfixturevalue(kind)}/new/show"
    with closing(open_store(place, "below")) as made:
        yield made


def test_every_place_keeps_the_contract(store: Store, tmp_path: Path) -> None:
    assert store.sizes(["feed.xml"]).get("feed.xml") is None  # of a place that is not there yet
    assert store.read("feed.xml") is None
    assert store.size("feed.xml") is None
    store.delete("feed.xml")

    (tmp_path / "sound").write_bytes(b"sound" * 1000)
    store.put(Parcel("a/b.mp3", "audio/mpeg", tmp_path / "sound", 5000, fixed=True))
    for content in (b"old", b"newer", b""):
        store.put(Parcel("a/ü.html", "text/html; charset=utf-8", content, len(content), fixed=False))
    assert store.read("a/b.mp3") == b"sound" * 1000
    assert store.read("a/ü.html") == b""
    assert {
        name: store.sizes(["a/b.mp3", "a/ü.html"]).get(name) for name in ("a/b.mp3", "a/ü.html", "c")
    } == {
        "a/b.mp3": 5000,
        "a/ü.html": 0,
        "c": None,
    }
    store.delete("a/b.mp3")
    store.delete("a/b.mp3")
    assert (store.size("a/b.mp3"), store.size("a/ü.html")) == (None, 0)


def test_a_show_lives_at_every_place(store: Store) -> None:
    assets = publication_of(SHOW)
    assert len(bring(store, assets).sent) == len(assets)
    assert bring(store, assets).sent == ()
    check_is(store, assets)
    for said in ("Second.", "Third."):
        changes = bring(store, publication_of({"one": said}))
        assert check_whole(store) >= 3
    assert {name for name in changes.deleted if name.startswith("two/")} == {
        asset.name for asset in assets if asset.name.startswith("two/")
    }
    assert store.sizes(changes.deleted).keys().isdisjoint(changes.deleted)


def test_elsewhere_files_are_written_beside_and_renamed(tmp_path: Path) -> None:
    store = open_store(f"shelf://{tmp_path.name}")
    Shelf.written.clear()
    bring(store, publication_of(SHOW))
    assert all(re.search(r"/\.[^/]+\.part$", path) for path in Shelf.written)
    assert len(Shelf.written) > len(publication_of(SHOW))
    assert not [path for path in Shelf.store if path.endswith(".part")]
    assert check_whole(store) == 4


@pytest.mark.usefixtures("s3")
def test_a_bucket_may_hold_nothing_but_the_show(endpoint: str, tmp_path: Path) -> None:
    bucket = f"s3://{tmp_path.name.replace('_', '-')}"
    requests.put(f"{endpoint}/{bucket.removeprefix('s3://')}", timeout=10).raise_for_status()
    for place in (bucket, f"{bucket}/"):
        bring(open_store(place), publication_of(SHOW))
    assert open_store(f"{bucket}/").sizes([]).keys() > {"feed.xml", "one/index.html"}
    assert bring(open_store(bucket), publication_of(SHOW)).sent == ()


# ---------------------------------------------------------------- S3
def test_a_store_of_objects_tells_browsers_type_and_caching(s3: str, endpoint: str) -> None:
    """Checklist: HEAD; GET with byte ranges (206) on audio, art, feed; right MIME types."""
    assets = publication_of(SHOW)
    bring(open_store(s3), assets)
    direct = s3_server.Direct(endpoint, s3)
    for asset in assets:
        answer = direct.ask(asset.name)
        assert answer.headers["Content-Type"] == asset.type
        assert ("immutable" in answer.headers["Cache-Control"]) == asset.fixed
        assert ("no-cache" in answer.headers["Cache-Control"]) == (not asset.fixed)
    part = direct.ask(assets[1].name, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, load(assets[1].source)[5:10])
    direct.close()


def test_a_large_file_goes_in_parts_and_what_was_left_of_it_is_ended(
    s3: str, endpoint: str, tmp_path: Path
) -> None:
    content = bytes(range(256)) * (17 << 12)  # three parts of at most 8 MiB
    (tmp_path / "long.mp3").write_bytes(content)
    direct = s3_server.Direct(endpoint, s3)
    direct.ask("long.mp3?uploads", "POST")  # as a killed process leaves it
    assert b"<UploadId>" in direct.ask("..?uploads").content
    store = open_store(s3)
    store.put(Parcel("long.mp3", "audio/mpeg", tmp_path / "long.mp3", len(content), fixed=True))
    assert store.read("long.mp3") == content
    assert b"<UploadId>" not in direct.ask("..?uploads").content
    direct.close()


@pytest.mark.slow
def test_a_line_cut_after_any_number_of_bytes_leaves_the_show_whole(
    s3: str, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The upload is interrupted at 20 points; the next run completes it and sends nothing twice."""
    points = 20
    line = s3_server.Line(endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL", line.endpoint)
    store = open_store(s3)
    direct = s3_server.Direct(endpoint, s3)
    bring(store, publication_of({"one": "0" * 200}))
    before = line.carried
    old = publication_of({"one": "1" * 200})
    bring(store, old)
    carried = line.carried - before
    for point in range(points):
        new = publication_of({"one": f"{point}" * 200})
        line.cut(carried * (2 * point + 1) // (2 * points))
        with pytest.raises(StoreError, match="cannot be reached"):
            bring(store, new, patience=Patience(tries=1))
        names = {asset.name for asset in (*old, *new)}
        seen = Seen(direct, names)
        assert check_whole(seen) == 3
        check_is(seen, [asset for asset in old if asset.fixed])
        line.mend()
        whole = {asset.name for asset in new if seen.read(asset.name) == load(asset.source)}
        assert whole.isdisjoint(sent(bring(store, new)))
        changing = [asset for asset in new if not asset.fixed]
        check_is(Seen(direct, [asset.name for asset in changing]), changing)
        old = new
    direct.close()
    line.close()


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("s3://no-such-bucket/show", "there is no such bucket"),
        ("s3://", "no address"),
        ("nonsense://there", "no kind of place is called nonsense://"),
        ("https://anna:secret@pod.example/talks", "cannot be written to"),
        ("anna:secret@host:/there", "is no folder; an address begins as"),
        ("s3:/bucket/there", "is no folder; an address begins as"),
        ("zip://show::file:///tmp/a.zip", "cannot be written to"),
        ("sftp://anna:secret@/there", "names no host"),
        ("sftp://anna:secret@host:port/there", "is no address"),
        ("sftp://anna:secret@127.0.0.1:1/there", "cannot be reached"),
    ],
)
def test_what_is_wrong_with_a_place_is_one_clear_line_without_secrets(
    request: pytest.FixtureRequest, place: str, problem: str
) -> None:
    if place.startswith("sftp"):
        pytest.importorskip("paramiko")
    if place.startswith("s3"):
        request.getfixturevalue("s3")
    request.getfixturevalue("monkeypatch").setenv("NARRATOR_RETRY_DELAY", "0")
    with pytest.raises(PublishError, match=problem) as caught:
        bring(open_store(place), [fixed("a", b"a")])
    assert "secret" not in str(caught.value)
    assert "anna" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_credentials_are_told(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(StoreError, match="there are no credentials"):
        open_store(s3).read("feed.xml")


# ---------------------------------------------------------------- SFTP
def test_a_lost_connection_is_made_again(sftp: str) -> None:
    import sftp_server

    assets = publication_of({"one": "Good morning." * 10_000})
    with closing(open_store(f"{sftp}/show")) as store:
        sftp_server.Files.uploads_until_loss = 4
        bring(store, assets)
        assert sftp_server.Files.uploads_until_loss == -1
        check_is(store, assets)


def test_a_server_that_only_renames_to_free_names_will_do(sftp: str) -> None:
    import sftp_server

    sftp_server.Files.posix = False
    with closing(open_store(f"{sftp}/show")) as store:
        for said in ("one", "two"):
            bring(store, publication_of({"one": said}))
        check_is(store, publication_of({"one": "two"}))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("sesame", "salmon"), "the user, key or password is refused"),
        (("127.0.0.1", "localhost"), "host key is not known here; connect to it once with `ssh -p"),
    ],
)
def test_strangers_are_refused(sftp: str, change: tuple[str, str], problem: str) -> None:
    with pytest.raises(StoreError, match=problem) as caught:
        open_store(sftp.replace(*change)).read("feed.xml")
    assert "sesame" not in str(caught.value)


def test_another_host_key_than_the_known_one_is_refused(sftp: str, tmp_path: Path) -> None:
    import paramiko

    known = tmp_path / "home" / ".ssh" / "known_hosts"
    host = known.read_text().split()[0]
    other = paramiko.ECDSAKey.generate()
    known.write_text(f"{host} {other.get_name()} {other.get_base64()}\n")
    with pytest.raises(StoreError, match="may be another machine, so nothing was sent"):
        open_store(sftp).read("feed.xml")


# ---------------------------------------------------------------- what is told
@pytest.mark.parametrize(
    ("code", "problem", "retry"),
    [
        ("AccessDenied", "access is denied", False),
        ("SignatureDoesNotMatch", "the credentials are refused", False),
        ("PermanentRedirect", "AWS_DEFAULT_REGION", False),
        ("SlowDown", "it is busy", True),
        ("SomethingNew", "it refuses (SomethingNew)", False),
        ("<b>sesame</b>", "it refuses (unknown)", False),
    ],
)
def test_what_a_store_answers_is_told_in_our_words(code: str, problem: str, *, retry: bool) -> None:
    pytest.importorskip("s3fs")
    from botocore.exceptions import ClientError
    from s3fs.errors import translate_boto_error

    answer = ClientError({"Error": {"Code": code, "Message": "sesame"}}, "PutObject")
    for error in (answer, translate_boto_error(answer)):
        with pytest.raises(StoreError) as caught, telling("s3://bucket"):
            raise error
        assert problem in str(caught.value)
        assert caught.value.retry == retry
        assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(("place", "module"), [("s3://bucket/a", "s3fs"), ("sftp://host/a", "paramiko")])
def test_a_missing_library_is_told_with_what_to_install(place: str, module: str) -> None:
    code = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "from narrator.publish import storage\n"
        "from narrator.errors import PublishError\n"
        f"try: storage.open_store({place!r}).read('feed.xml')\n"
        "except PublishError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert f"pip install 'narrator[{place.partition(':')[0]}]'" in told
