"""The signature profile: what is good, and that anything else is named and refused."""

import base64
from pathlib import Path

import pytest

from sync.nonces import LIFETIME_S, NonceStore
from sync.signing import (
    SKEW_S,
    Caller,
    KeyState,
    KnownKey,
    SignatureRefusal,
    Signer,
    content_digest,
    is_signed_answer,
    load_or_make_key,
    parse_public,
    public_bytes,
    public_text,
    request_nonce,
    verify_request,
)
from tests.exchange.rows import dice

NOW_S = 1_795_237_500
URI = "http://central.test/v1/push?x=%20"
BODY = b'{"rows":[]}'


class World:
    """One hub's key, known to one receiver."""

    def __init__(self, folder: Path) -> None:
        self.key = load_or_make_key(folder / "hub.key", dice("key"))
        self.signer = Signer(self.key, "hub:S001/H1", dice("nonces"))
        self.known = KnownKey(public=public_bytes(self.key), role="hub", store="S001", node="H1")
        self.nonces = NonceStore(folder / "nonces.db", NOW_S - 3600)

    def headers(self, created_s: int = NOW_S) -> dict[str, str]:
        return self.signer.request_headers("POST", URI, BODY, created_s)

    def verify(
        self, headers: dict[str, str], *, method: str = "POST", uri: str = URI, body: bytes = BODY, now_s: int = NOW_S
    ) -> Caller | SignatureRefusal:
        keys = {"hub:S001/H1": self.known}
        return verify_request(headers, method, uri, body, keys=keys.get, now_s=now_s, nonces=self.nonces)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_good_signature_names_the_caller(world: World) -> None:
    headers = world.headers()
    caller = world.verify(headers)
    assert caller == Caller(
        keyid="hub:S001/H1",
        nonce=request_nonce(headers) or "",
        role="hub",
        store="S001",
        node="H1",
        created_s=NOW_S,
    )


def test_the_same_request_counts_once(world: World) -> None:
    headers = world.headers()
    assert isinstance(world.verify(headers), Caller)
    assert world.verify(headers) is SignatureRefusal.REPLAYED


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"method": "PUT"}, SignatureRefusal.FORGED),
        ({"uri": "http://central.test/v1/push"}, SignatureRefusal.FORGED),
        ({"uri": "http://portal.test/v1/push?x=%20"}, SignatureRefusal.FORGED),
        ({"body": BODY + b" "}, SignatureRefusal.DIGEST),
        ({"now_s": NOW_S + SKEW_S + 1}, SignatureRefusal.STALE),
        ({"now_s": NOW_S - SKEW_S - 1}, SignatureRefusal.STALE),
    ],
    ids=["other method", "other query", "other name", "other body", "too old", "from the future"],
)
def test_what_was_not_signed_is_refused(world: World, changed: dict[str, object], refusal: SignatureRefusal) -> None:
    assert world.verify(world.headers(), **changed) is refusal  # type: ignore[arg-type]  # one argument per case


@pytest.mark.parametrize("now_s", [NOW_S + SKEW_S, NOW_S - SKEW_S])
def test_two_minutes_of_clock_difference_are_forgiven(world: World, now_s: int) -> None:
    assert isinstance(world.verify(world.headers(), now_s=now_s), Caller)


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("Signature-Input", ' "content-digest"', ""),
        ("Signature-Input", '"@method" ', '"@method" "date" '),
        ("Signature-Input", 'alg="ed25519"', 'alg="hmac-sha256"'),
        ("Signature-Input", 'tag="storefloor"', 'tag="other"'),
        ("Signature-Input", ';alg="ed25519"', ""),
        ("Signature-Input", "sf=", "sig1="),
        ("Signature-Input", "created=1", "created=01"),
        ("Signature-Input", "sf=", "other=(),sf="),
        ("Signature", "sf=:", "sf="),
        ("Signature", "sf=:", "sf=:AAAA"),
    ],
)
def test_anything_but_exactly_the_profile_is_malformed(world: World, field: str, old: str, new: str) -> None:
    headers = world.headers()
    assert old in headers[field]
    assert world.verify(headers | {field: headers[field].replace(old, new)}) is SignatureRefusal.MALFORMED


@pytest.mark.parametrize("field", ["Signature-Input", "Signature", "Content-Digest"])
def test_a_missing_header_is_refused(world: World, field: str) -> None:
    headers = world.headers()
    del headers[field]
    assert world.verify(headers) in (SignatureRefusal.MALFORMED, SignatureRefusal.DIGEST)


def test_a_line_break_after_the_header_is_not_overlooked(world: World) -> None:
    headers = world.headers()
    headers["Signature-Input"] += "\n"
    assert world.verify(headers) is SignatureRefusal.MALFORMED


def test_unknown_and_revoked_keys_are_told_apart(world: World) -> None:
    stranger = Signer(world.key, "hub:S002/H1", dice("stranger")).request_headers("POST", URI, BODY, NOW_S)
    assert world.verify(stranger) is SignatureRefusal.UNKNOWN_KEY
    world.known = KnownKey(public=world.known.public, role="hub", state=KeyState.REVOKED)
    assert world.verify(world.headers()) is SignatureRefusal.REVOKED


def test_another_key_under_a_known_name_is_forged(world: World, tmp_path: Path) -> None:
    other = load_or_make_key(tmp_path / "other.key", dice("other"))
    headers = Signer(other, "hub:S001/H1", dice("n")).request_headers("POST", URI, BODY, NOW_S)
    assert world.verify(headers) is SignatureRefusal.FORGED


def test_a_refused_request_does_not_use_up_its_nonce(world: World) -> None:
    headers = world.headers()
    assert world.verify(headers, body=b"tampered") is SignatureRefusal.DIGEST
    assert isinstance(world.verify(headers), Caller)


def test_an_answer_is_bound_to_its_request_its_status_and_its_body(world: World) -> None:
    nonce = request_nonce(world.headers()) or ""
    headers = world.signer.answer_headers(200, BODY, nonce, NOW_S)
    public = world.known.public
    assert is_signed_answer(headers, 200, BODY, public=public, request_nonce=nonce)
    assert not is_signed_answer(headers, 404, BODY, public=public, request_nonce=nonce)
    assert not is_signed_answer(headers, 200, b"", public=public, request_nonce=nonce)
    assert not is_signed_answer(headers, 200, BODY, public=public, request_nonce="A" * 22)
    assert not is_signed_answer({}, 200, BODY, public=public, request_nonce=nonce)
    assert not is_signed_answer(headers, 200, BODY, public=bytes(31) + b"\1", request_nonce=nonce)


def test_a_request_cannot_be_passed_off_as_an_answer(world: World) -> None:
    headers = world.headers()
    assert not is_signed_answer(
        headers, 200, BODY, public=world.known.public, request_nonce=request_nonce(headers) or ""
    )


def test_the_digest_is_the_one_of_rfc_9530() -> None:
    assert content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


def test_a_key_is_made_once_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "hub.key"
    first = load_or_make_key(path, dice("first"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert public_bytes(load_or_make_key(path, dice("second"))) == public_bytes(first)
    path.chmod(0o644)
    with pytest.raises(PermissionError):
        load_or_make_key(path, dice("third"))


def test_a_public_key_has_one_spelling(world: World) -> None:
    text = public_text(world.known.public)
    assert parse_public(text + "\n") == world.known.public
    for wrong in (text[:-1], text + "A", text.replace("ed25519", "rsa"), text[:-1] + _next_character(text[-1]), ""):
        with pytest.raises(ValueError, match="public key"):
            parse_public(wrong)


def _next_character(last: str) -> str:
    """A character that decodes to the same bytes: only the two stray bits at the end differ."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = alphabet[alphabet.index(last) ^ 1]
    assert base64.urlsafe_b64decode(f"AA{last}=") == base64.urlsafe_b64decode(f"AA{twin}=")
    return twin


def test_nonces_outlive_a_restart_and_older_requests_are_stale(tmp_path: Path, world: World) -> None:
    headers = world.headers()
    assert isinstance(world.verify(headers), Caller)
    world.nonces.close()
    world.nonces = NonceStore(tmp_path / "nonces.db", NOW_S)
    assert world.verify(headers) is SignatureRefusal.REPLAYED, "created in the very second of the start"
    assert world.verify(world.headers(NOW_S - 1)) is SignatureRefusal.STALE, "older than the start"
    assert isinstance(world.verify(world.headers()), Caller)


def test_nonces_are_swept_when_age_alone_refuses_them(tmp_path: Path) -> None:
    store = NonceStore(tmp_path / "n.db", NOW_S)
    for n in range(600):
        assert store.is_new("hub:S001/H1", f"early-{n}", NOW_S, NOW_S)
    for n in range(600):
        assert store.is_new("hub:S001/H1", f"late-{n}", NOW_S + LIFETIME_S + 1, NOW_S + LIFETIME_S + 1)
    assert not store.is_new("hub:S001/H1", "late-599", NOW_S + LIFETIME_S + 1, NOW_S + LIFETIME_S + 1)
    store.close()
    again = NonceStore(tmp_path / "n.db", NOW_S)
    assert 600 <= again.size < 700
    again.close()


def test_two_keys_may_draw_the_same_nonce(tmp_path: Path) -> None:
    store = NonceStore(tmp_path / "n.db", NOW_S)
    assert store.is_new("hub:S001/H1", "same", NOW_S, NOW_S)
    assert store.is_new("hub:S002/H1", "same", NOW_S, NOW_S)
    store.close()
