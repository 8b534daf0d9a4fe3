import io
import stat
from datetime import date
from pathlib import Path

import pytest

from sync.credential import Pass, PassType, read_pass
from sync.signature import SigningKey
from tests.locker.commands.desk import Answer, Desk
from tests.locker.paper import codes, printed, words

KEY = SigningKey(b"i" * 32)
COMMUNITY = "hanfeng-street"
HOLDER = {"--resident": "0a0b0c0d0e0f", "--serial": "7", "--from": "2026-01-01", "--until": "2026-12-31"}


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "issuer.key").write_bytes(KEY.to_pem())
    (tmp_path / "issuer.pub").write_bytes(KEY.public.to_pem())
    return tmp_path


def issue(desk: Desk, office: Path, *more: object, **changed: str) -> Answer:
    said = {"--key": str(office / "issuer.key"), "--community": COMMUNITY} | HOLDER
    said |= {f"--{name}": value for name, value in changed.items()}
    return desk("pass", "issue", *(word for pair in said.items() for word in pair), *more)


def test_the_text_stands_alone_on_stdout_and_verifies(desk: Desk, office: Path) -> None:
    answer = issue(desk, office)
    assert (answer.code, answer.err) == (0, "")
    shown = read_pass(answer.out.removesuffix("\n"))
    assert shown.claims == Pass(
        type=PassType.CARD,
        issuer=1,
        resident="0a0b0c0d0e0f",
        serial=7,
        not_before=date(2026, 1, 1),
        expiry=date(2026, 12, 31),
    )
    assert shown.issued_by({1: KEY.public}, COMMUNITY)
    assert not shown.issued_by({1: KEY.public}, "next-street")


def test_the_issuer_is_the_key_id_of_the_cabinets(desk: Desk, office: Path) -> None:
    answer = issue(desk, office, "--issuer", "255", resident="0A0B0C0D0E0F")
    assert read_pass(answer.out.strip("\n")).claims.issuer == 255
    assert read_pass(answer.out.strip("\n")).claims.resident == "0a0b0c0d0e0f"


def test_the_card_is_the_same_pass_and_nobody_elses_to_read(desk: Desk, office: Path) -> None:
    answer = issue(desk, office, "--svg", office / "card.svg")
    svg = (office / "card.svg").read_text(encoding="utf-8")
    assert list(codes(printed(svg))) == [answer.out.removesuffix("\n")]
    assert words(svg)[3:] == ["№ 7", "有效期至 good until", "2026-12-31"]
    assert stat.S_IMODE((office / "card.svg").stat().st_mode) == 0o600


def test_a_card_that_is_there_is_not_overwritten_and_no_pass_is_given(desk: Desk, office: Path) -> None:
    (office / "card.svg").write_text("old")
    answer = issue(desk, office, "--svg", office / "card.svg")
    assert answer == (73, "", f"locker: {office}/card.svg is there already and is not overwritten\n")
    assert (office / "card.svg").read_text() == "old"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"resident": "0a0b0c0d0e"}, "'0a0b0c0d0e' is not a pseudonym of 12 hex digits"),
        ({"resident": "0a 0b 0c 0d 0e 0f"}, "'0a 0b 0c 0d 0e 0f' is not a pseudonym of 12 hex digits"),
        ({"serial": "65536"}, "'65536' is not a whole number, 0 to 65535"),
        ({"serial": "٣"}, "'٣' is not a whole number, 0 to 65535"),
        ({"issuer": "256"}, "'256' is not a whole number, 0 to 255"),
        ({"from": "1.1.2026"}, "'1.1.2026' is not a day such as 2026-01-31"),
        ({"until": "2026-02-30"}, "'2026-02-30' is not a day such as 2026-01-31"),
        ({"until": "2025-12-31"}, "good until 2025-12-31 is before good from 2026-01-01"),
        ({"from": "2023-12-31"}, "serial 0-65535, issuer 0-255, days 2024-01-01 to 2203-06-07"),
        (
            {"community": "hanfeng street"},
            "no community is named 'hanfeng street'; allowed: 1 to 64 of A-Z a-z 0-9 . _ -",
        ),
    ],
)
def test_what_no_pass_can_say_is_refused(desk: Desk, office: Path, changed: dict[str, str], why: str) -> None:
    answer = issue(desk, office, **changed)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.endswith(f": {why}\n")


@pytest.mark.parametrize(
    ("name", "code", "why"),
    [
        ("issuer.pub", 65, "is not an unencrypted private key in PEM"),
        ("nowhere.key", 66, "cannot be read: No such file or directory"),
        (".", 66, "cannot be read: Is a directory"),
    ],
)
def test_a_key_that_cannot_sign_is_told(desk: Desk, office: Path, name: str, code: int, why: str) -> None:
    answer = issue(desk, office, key=str(office / name))
    assert answer == (code, "", f"locker: {office / name} {why}\n")


def check(desk: Desk, office: Path, text: str, community: str = COMMUNITY) -> Answer:
    return desk("pass", "check", text, "--pub", office / "issuer.pub", "--community", community)


CLAIMS = "printed card of resident 0a0b0c0d0e0f, serial 7, issuer 1\ngood from 2026-01-01 until 2026-12-31\n"


def test_a_pass_is_read_back(desk: Desk, office: Path) -> None:
    assert check(desk, office, issue(desk, office).out.strip("\n")) == (0, CLAIMS, "")


def test_a_pass_comes_on_stdin_too(desk: Desk, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(issue(desk, office).out.replace("\n", "\r\n")))
    assert check(desk, office, "-") == (0, CLAIMS, "")


def test_another_communitys_pass_is_told_apart(desk: Desk, office: Path) -> None:
    answer = check(desk, office, issue(desk, office).out.strip("\n"), "next-street")
    assert answer == (65, "", "locker: this pass is not signed with this key for this community\n")


@pytest.mark.parametrize("text", ["", "wxp://f2f0stranger", "LC1:", "LC1:" + "A" * 117, "A" * 5000])
def test_a_strangers_code_is_not_repeated(desk: Desk, office: Path, text: str) -> None:
    assert check(desk, office, text) == (65, "", "locker: this is no pass\n")


def test_an_endless_line_on_stdin_is_not_read_to_its_end(
    desk: Desk, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.StringIO("A" * 100_000)
    monkeypatch.setattr("sys.stdin", stdin)
    assert check(desk, office, "-").code == 65
    assert stdin.tell() < 1000


def test_what_is_no_public_key_checks_nothing(desk: Desk, office: Path) -> None:
    answer = desk("pass", "check", "-", "--pub", office / "issuer.key", "--community", COMMUNITY)
    assert answer == (
        65,
        "",
        f"locker: {office}/issuer.key is a private key; use the public one, {office}/issuer.key.pub\n",
    )
