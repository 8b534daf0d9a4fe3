import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware_bridge.board import BoardProfile, Feedback
from firmware_bridge.codec.frame import StatusOrder
from locker.config import Bus, Config, Door, Reader, WrongConfig, default_limits, load, site
from locker.core.site import DoorKind, DoorSpec, ItemKind, ItemSpec
from locker.toml_file import MAX_FILE_BYTES
from tests.locker.example_cabinet import CABINET, CABINET_KEY, CATALOGUE, ISSUER_KEY, SERVER_KEY, change, furnish

AT_KEY = "cabinet.toml:7: cabinet.key"
TOML = "allowed: a TOML file in UTF-8 without BOM"


@pytest.fixture
def cabinet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a good configuration, named as one does who stands in its folder."""
    furnish(tmp_path)
    monkeypatch.chdir(tmp_path)
    return Path("cabinet.toml")


def loaded(file: Path) -> Config:
    config = load(file)
    assert isinstance(config, Config), config
    return config


def problems(file: Path) -> list[str]:
    """The English line of each."""
    found = load(file)
    assert isinstance(found, WrongConfig), found
    assert found.problems
    return [str(problem).split("\n")[0] for problem in found.problems]


def test_a_good_configuration_says_all_of_the_cabinet(cabinet: Path) -> None:
    config = loaded(cabinet)
    here = Path.cwd()
    assert (config.cabinet, config.tenant, config.community) == ("A03", "community", "hanfeng-street")
    assert (config.help_number, config.utc_offset_min) == ("0516-1234567", 480)
    assert (config.folder, config.broker) == (here / "var", "mqtt://127.0.0.1:1883")
    assert config.buses == (
        Bus(
            port="/dev/serial/by-id/usb-1a86",
            boards=(
                BoardProfile(
                    name="main",
                    channels=24,
                    baud=19200,
                    feedback=Feedback.CLOSED_HIGH,
                    status_order=StatusOrder.LOW_FIRST,
                    pulse_ms=400,
                ),
            ),
        ),
    )
    assert config.doors == (
        Door(spec=DoorSpec(id=1, kind=DoorKind.SHELF, name_zh="书柜", name_en="bookcase"), board="main", lock=1),
        Door(spec=DoorSpec(id=2, kind=DoorKind.SINGLE), board="main", lock=2),
        Door(spec=DoorSpec(id=9, kind=DoorKind.SLOT, locked=False), board=None, lock=None),
    )
    assert config.readers == (Reader(name="front", source=str(here / "pictures")),)
    assert config.items == (
        ItemSpec(label="00000013", kind=ItemKind.BOOK, door=1, title_zh="三体", title_en="The Three-Body Problem"),
        ItemSpec(label="00000021", kind=ItemKind.KIT, door=2),
    )


def test_the_keys_are_those_of_the_files(cabinet: Path) -> None:
    config = loaded(cabinet)
    assert config.key.public.raw == CABINET_KEY.public.raw
    assert config.server.raw == SERVER_KEY.public.raw
    assert {number: key.raw for number, key in config.issuers.items()} == {1: ISSUER_KEY.public.raw}


def test_single_limits_come_instead_of_the_defaults(cabinet: Path) -> None:
    limits, defaults = loaded(cabinet).limits, default_limits()
    assert (limits.idle_s, defaults.idle_s) == (45, 60)
    assert limits.loan_days_book == defaults.loan_days_book
    change(cabinet, "[limits]\nidle_s = 45\n", "")
    assert loaded(cabinet).limits == defaults


def test_the_core_gets_its_site(cabinet: Path) -> None:
    config = loaded(cabinet)
    made = site(config)
    assert (made.cabinet, made.community, made.help_number) == ("A03", "hanfeng-street", "0516-1234567")
    assert (made.utc_offset_min, made.issuers, made.limits) == (480, config.issuers, config.limits)
    assert made.doors == {door.spec.id: door.spec for door in config.doors}
    assert made.items == {item.label: item for item in config.items}


def test_what_is_not_said_of_a_board_is_as_its_profile_has_it(cabinet: Path) -> None:
    for key in (
        '  feedback = "closed_high"\n',
        '  status_order = "low_first"\n',
        "  pulse_ms = 400\n",
        "baud = 19200\n",
    ):
        change(cabinet, key, "")
    assert loaded(cabinet).buses[0].boards == (BoardProfile(name="main", protocol="8a", address=1, channels=24),)


def test_addresses_stay_as_they_are_and_paths_start_at_the_file(cabinet: Path) -> None:
    change(cabinet, '"pictures"', '"socket://127.0.0.1:5000"')
    change(cabinet, '"/dev/serial/by-id/usb-1a86"', '"socket://127.0.0.1:6000"')
    config = loaded(Path.cwd() / cabinet)
    assert config.readers[0].source == "socket://127.0.0.1:5000"
    assert config.buses[0].port == "socket://127.0.0.1:6000"
    change(cabinet, '"socket://127.0.0.1:6000"', '"tty"')
    assert loaded(cabinet).buses[0].port == str(Path.cwd() / "tty")


MISTAKES = tomllib.loads(Path(__file__).with_name("config_mistakes.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES["cabinet"], ids=lambda mistake: mistake["new"])
def test_one_mistake_is_one_problem_with_its_line(cabinet: Path, mistake: dict[str, str]) -> None:
    change(cabinet, mistake["old"], mistake["new"])
    assert problems(cabinet) == [f"cabinet.toml:{mistake['said']}"]


@pytest.mark.parametrize("mistake", MISTAKES["catalogue"], ids=lambda mistake: mistake["new"])
def test_the_catalogue_is_checked_likewise(cabinet: Path, mistake: dict[str, str]) -> None:
    change(Path("catalogue.toml"), mistake["old"], mistake["new"])
    assert problems(cabinet) == [f"catalogue.toml:{mistake['said']}"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbf" + CABINET.encode(), "1: file: begins with a byte order mark (BOM)"),
        (CABINET.encode("utf-16"), "1: file: begins with a byte order mark (BOM)"),
        (CABINET.encode("gb18030"), "34: file: is not UTF-8"),
        (bytes(range(256)), "2: file: is not UTF-8"),
        (b"\x00\x01\x02\x03", "1: file: is not TOML (Invalid statement)"),
        (CABINET[: CABINET.index("suer.pub")].encode(), "11: file: is not TOML (Unterminated string)"),
        (b'a = """\n\n', "1: file: is not TOML (Unterminated string)"),
        (b"a = 1\na = 2\n", "2: file: is not TOML (Cannot overwrite a value)"),
        (b"a = " + b"[" * 5000, "1: file: is nested too deeply"),
        (b"a = " + b"9" * 5000, "1: file: holds a number too long to be read"),
        (b"#" * (MAX_FILE_BYTES + 1), f"1: file: cannot be read (Longer than {MAX_FILE_BYTES} bytes)"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(cabinet: Path, content: bytes, said: str) -> None:
    cabinet.write_bytes(content)
    assert problems(cabinet) == [f"cabinet.toml:{said}; {TOML}"]
    cabinet.write_text(CABINET, encoding="utf-8")
    Path("catalogue.toml").write_bytes(content)
    why = "8: cabinet.catalogue: cannot be read (Longer" if len(content) > MAX_FILE_BYTES else said
    (told,) = problems(cabinet)
    assert why in told


def test_a_file_cut_between_two_tables_is_found_out_by_what_is_missing(cabinet: Path) -> None:
    cabinet.write_text(CABINET[: CABINET.index("[[door]]")], encoding="utf-8")
    assert problems(cabinet) == [
        "cabinet.toml:1: door: is missing; allowed: tables in double brackets",
        "cabinet.toml:1: reader: is missing; allowed: tables in double brackets",
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [("nowhere.toml", "No such file or directory"), (".", "Is a directory"), ("pipe", "Not a regular file")],
)
def test_what_cannot_be_read_is_told_too(cabinet: Path, name: str, why: str) -> None:
    os.mkfifo(cabinet.with_name("pipe"))
    assert problems(Path(name)) == [f"{name}:1: file: cannot be read ({why}); {TOML}"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_private_key_must_be_its_owners_alone(cabinet: Path, mode: int) -> None:
    Path("cabinet.key").chmod(mode)
    assert problems(cabinet) == [
        f"{AT_KEY}: others may read the private key (mode {mode:04o}); allowed: mode 0600 (chmod 600)"
    ]


def test_a_broken_key_is_told(cabinet: Path) -> None:
    Path("cabinet.key").write_bytes(CABINET_KEY.to_pem()[:60])
    why = "is not an unencrypted private key in PEM; allowed: a file that `locker keys make` made"
    assert problems(cabinet) == [f"{AT_KEY}: {why}"]


def test_all_is_told_at_once_from_top_to_bottom_and_file_by_file(cabinet: Path) -> None:
    change(cabinet, '"server.pub"', '"nowhere.pub"')
    change(cabinet, "lock = 2", "lock = 1")
    change(cabinet, "id = 9", "id = 2")
    change(cabinet, "[limits]", 'motto = "read"\n[limits]')
    change(Path("catalogue.toml"), "door = 2", "door = 7")
    assert [told.split(": ")[0] for told in problems(cabinet)] == [
        "cabinet.toml:15",
        "cabinet.toml:41",
        "cabinet.toml:44",
        "cabinet.toml:51",
        "catalogue.toml:11",
    ]


def test_wrong_types_are_told_one_by_one(cabinet: Path) -> None:
    change(cabinet, '"A03"', "3")
    change(cabinet, "480", '"480"')
    change(cabinet, "address = 1", "address = []")
    change(cabinet, '"front"', "{}")
    assert problems(cabinet) == [
        "cabinet.toml:2: cabinet.id: 3 does not fit; allowed: 2 to 16 of A-Z 0-9 -",
        'cabinet.toml:5: cabinet.utc_offset_min: "480" does not fit; allowed: a whole number, -720 to 840',
        "cabinet.toml:23: bus.board.address: [] does not fit; allowed: a whole number, 1 to 255",
        "cabinet.toml:48: reader.name: {} does not fit; allowed: 1 to 64 of A-Z a-z 0-9 . _ -",
    ]


def test_what_should_be_tables_is_told(cabinet: Path) -> None:
    text = CABINET.replace("[server]", "[x]")
    cabinet.write_text(text[: text.index("  [[bus.board]]")] + "board = 3\n[door]\nid = 1\n", encoding="utf-8")
    assert problems(cabinet) == [
        "cabinet.toml:1: server: is missing; allowed: a table",
        "cabinet.toml:1: reader: is missing; allowed: tables in double brackets",
        "cabinet.toml:13: x: unknown key; allowed: cabinet, issuers, server, bus, door, reader, limits",
        "cabinet.toml:20: bus.board: 3 does not fit; allowed: tables in double brackets",
        'cabinet.toml:21: door: {"id": 1} does not fit; allowed: tables in double brackets',
    ]


def test_a_required_key_that_was_misspelt_is_told_once(cabinet: Path) -> None:
    change(cabinet, "help_number", "helpnumber")
    (told,) = problems(cabinet)
    assert told.startswith("cabinet.toml:4: cabinet.helpnumber: unknown key, did you mean help_number?; allowed: id, ")


def test_two_lines_on_one_line_are_two_all_the_same(cabinet: Path) -> None:
    change(
        Path("catalogue.toml"),
        CATALOGUE,
        "item = [" + 2 * '{label = "00000013", kind = "book", door = 1}, ' + "]",
    )
    assert problems(cabinet) == [
        "catalogue.toml:1: item.label: 00000013 is taken already in line 1; allowed: each one once"
    ]


def test_volunteers_read_it_in_chinese_below(cabinet: Path) -> None:
    change(cabinet, "lock = 2", "lock = 25")
    change(cabinet, "idle_s", "idel")
    found = load(cabinet)
    assert isinstance(found, WrongConfig)
    assert [str(problem).split("\n")[1].split("，应")[0].split("；应")[0] for problem in found.problems] == [
        "    锁控板没有 25",
        "    没有这个键，是不是 idle_s？",
    ]
    assert str(found.problems[0]).endswith("\n    锁控板没有 25；应为：1 到 24")


def test_nothing_in_a_file_steers_the_terminal(cabinet: Path) -> None:
    change(cabinet, "[limits]", '"\\u001b[2J" = "\\u0007"\n[limits]')
    (told,) = problems(cabinet)
    assert told == "cabinet.toml:51: reader.\\x1b[2J: unknown key; allowed: name, source"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("cabinet"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_to_either_file_raises(shared: Path, drawn: st.DataObject) -> None:
    name, text = drawn.draw(st.sampled_from([("cabinet.toml", CABINET), ("catalogue.toml", CATALOGUE)]))
    good = text.encode()
    at = drawn.draw(st.integers(0, len(good)))
    upto = drawn.draw(st.integers(at, min(len(good), at + 20)))
    patch = drawn.draw(st.binary(max_size=8) | st.sampled_from([b'"', b"[", b"]]\n", b"=", b"\n[", b"-1", b"''", b"#"]))
    (shared.parent / name).write_bytes(good[:at] + patch + good[upto:])
    found = load(shared)
    (shared.parent / name).write_bytes(good)
    if isinstance(found, WrongConfig):
        assert found.problems
        assert all(str(problem).count("\n") == 1 and problem.line >= 1 for problem in found.problems)
