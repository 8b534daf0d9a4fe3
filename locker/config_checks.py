"""This file knows what must fit together in a configuration: what no single key can say by itself."""

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from firmware_bridge.codec.protocols import PROTOCOLS
from locker import files
from locker.config_shape import BoardTable, BusTable, CabinetFile, CatalogueFile, DoorTable, Source
from locker.core.site import DoorKind
from locker.scan.source import source_named
from locker.toml_file import MAX_FILE_BYTES, Phrase, TomlFile, allowed, listed, same, unread
from locker.toml_lines import KeyPath
from sync.credential import item_fits, label
from sync.signature import KeyUnusableError, PublicKey, SigningKey

_MISSING = Phrase("is missing", "缺少这一项")
_ONCE = Phrase("each one once", "每个只用一次")


def check_cabinet(file: TomlFile, said: CabinetFile) -> None:
    """Add what does not fit together in the cabinet's own file."""
    for key, tables in (("issuers", said.issuers), ("door", said.door), ("reader", said.reader)):
        if not tables:
            file.wrong((key,), Phrase("is empty", "是空的"), Phrase("at least one", "至少一个"))
    if len(said.bus) > 1:  # two buses would each spend the whole power budget, and two coils could be on at once
        wrong = Phrase("is a second bus", "是第二条总线")
        file.wrong(("bus", 1), wrong, Phrase("one bus: put all boards on it", "一条总线：把所有锁控板接在上面"))
    _once(file, ((("bus", number, "port"), same(bus.port)) for number, bus in enumerate(said.bus)))
    _check_boards(file, said.bus)
    channels = {board.name: board.channels for bus in said.bus for board in bus.board}
    for place, door in enumerate(said.door):
        _check_lock(file, ("door", place), door, channels)
    _once(file, ((("door", place, "id"), same(str(door.id))) for place, door in enumerate(said.door)))
    _once(file, ((("door", place, "lock"), _lock_named(door)) for place, door in enumerate(said.door) if door.lock))
    _once(file, ((("reader", place, "name"), same(reader.name)) for place, reader in enumerate(said.reader)))
    for place, reader in enumerate(said.reader):
        _check_source(file, ("reader", place, "source"), reader.source)


def check_catalogue(file: TomlFile, said: CatalogueFile, doors: Iterable[DoorTable]) -> None:
    """Add what does not fit in the catalogue, by itself or with the doors."""
    kinds: dict[int, DoorKind] = {}
    for door in doors:
        kinds.setdefault(door.id, door.kind)
    homes = listed(str(door) for door, kind in sorted(kinds.items()) if kind is not DoorKind.SLOT)
    for place, item in enumerate(said.item):
        if not item_fits(item.label):
            wrong = Phrase(f"the check digit of {item.label} is wrong", f"{item.label} 的校验位不对")
            file.wrong(("item", place, "label"), wrong, same(label(int(item.label[:-1]))))
        if item.door not in kinds:
            file.wrong(
                ("item", place, "door"), Phrase(f"there is no door {item.door}", f"没有 {item.door} 号门"), homes
            )
        elif kinds[item.door] is DoorKind.SLOT:
            wrong = Phrase(f"door {item.door} is a slot, nothing lives there", f"{item.door} 号门是投入口")
            file.wrong(("item", place, "door"), wrong, homes)
    _once(file, ((("item", place, "label"), same(item.label)) for place, item in enumerate(said.item)))
    _once(
        file,
        (
            (("item", place, "door"), Phrase(f"the single door {item.door}", f"单格 {item.door}"))
            for place, item in enumerate(said.item)
            if kinds.get(item.door) is DoorKind.SINGLE
        ),
    )


def private_key(file: TomlFile, at: KeyPath, path: Path) -> SigningKey | None:
    """The key in this file, that nobody else can read; otherwise None and a problem at `at`."""
    made = Phrase("a file that `locker keys make` made", "由 `locker keys make` 生成的文件")
    try:
        pem = files.read(path, files.MAX_KEY_BYTES)
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        file.wrong(at, unread(error), made)
        return None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        wrong = Phrase(f"others may read the private key (mode {mode:04o})", f"他人可读取私钥（权限 {mode:04o}）")
        file.wrong(at, wrong, Phrase("mode 0600 (chmod 600)", "权限 0600 (chmod 600)"))
    try:
        return SigningKey.from_pem(pem)
    except KeyUnusableError as error:
        file.wrong(at, Phrase(f"is {error}", "不是可用的私钥"), made)
        return None


def public_key(file: TomlFile, at: KeyPath, path: Path) -> PublicKey | None:
    """The key in this file; otherwise None and a problem at `at`."""
    made = Phrase(
        "an Ed25519 public key, FILE.pub of `locker keys make`", "Ed25519 公钥，即 `locker keys make` 的 .pub 文件"
    )
    try:
        return PublicKey.from_pem(files.read(path, files.MAX_KEY_BYTES))
    except OSError as error:
        file.wrong(at, unread(error), made)
    except KeyUnusableError as error:
        file.wrong(at, Phrase(f"is {error}", "不是可用的公钥"), made)
    return None


def check_folder(file: TomlFile, at: KeyPath, path: Path) -> None:
    """Add a problem when something else than a folder has this name."""
    if path.exists() and not path.is_dir():
        file.wrong(at, Phrase("is not a folder", "不是文件夹"), Phrase("a folder, or a new name", "文件夹，或新的名称"))


def check_readable(file: TomlFile, at: KeyPath, path: Path) -> bool:
    """Whether there is a file of bearable size; otherwise a problem at `at`."""
    try:
        files.read(path, MAX_FILE_BYTES)
    except OSError as error:
        file.wrong(at, unread(error), Phrase("a TOML file", "一个 TOML 文件"))
        return False
    return True


def _check_boards(file: TomlFile, buses: tuple[BusTable, ...]) -> None:
    names: list[tuple[KeyPath, Phrase]] = []
    for number, bus in enumerate(buses):
        addresses: list[tuple[KeyPath, Phrase]] = []
        for place, board in enumerate(bus.board):
            at = ("bus", number, "board", place)
            _check_board(file, at, board)
            names.append(((*at, "name"), same(board.name)))
            addresses.append(((*at, "address"), Phrase(f"address {board.address}", f"地址 {board.address}")))
        _once(file, addresses)
    _once(file, names)


def _check_board(file: TomlFile, at: KeyPath, board: BoardTable) -> None:
    codec = PROTOCOLS.get(board.protocol)
    if codec is None:
        wrong = Phrase(f'there is no protocol "{board.protocol}"', f"没有 {board.protocol} 协议")
        file.wrong((*at, "protocol"), wrong, listed(PROTOCOLS))
        return
    for key, value, range_ in (("address", board.address, codec.ADDRESSES), ("channels", board.channels, codec.LOCKS)):
        if value not in range_:
            file.wrong((*at, key), _beyond(value), _from_to(range_[0], range_[-1]))


def _check_lock(file: TomlFile, at: KeyPath, door: DoorTable, channels: Mapping[str, int]) -> None:
    if door.board is None and door.lock is None:
        if door.kind is not DoorKind.SLOT:
            file.wrong(
                (*at, "lock"),
                _MISSING,
                Phrase("board and lock: only a slot has none", "须有 board 和 lock，只有投入口可以没有"),
            )
    elif door.board is None or door.lock is None:
        missing = "board" if door.board is None else "lock"
        file.wrong(
            (*at, missing), _MISSING, Phrase("board and lock together, or neither", "board 和 lock 同时填写或都不填")
        )
    elif door.board not in channels:
        wrong = Phrase(f'there is no board "{door.board}"', f"没有名为 {door.board} 的锁控板")
        file.wrong((*at, "board"), wrong, listed(channels or ["[[bus.board]]"]))
    elif door.lock > channels[door.board]:
        file.wrong((*at, "lock"), _beyond(door.lock), _from_to(1, channels[door.board]))


def _check_source(file: TomlFile, at: KeyPath, source: str) -> None:
    try:
        source_named(source)
    except ValueError as error:
        file.wrong(at, Phrase(str(error), f"不能这样指定摄像头：{source}"), allowed(Source))


def _beyond(number: int) -> Phrase:
    return Phrase(f"the board has no {number}", f"锁控板没有 {number}")


def _from_to(least: int, most: int) -> Phrase:
    return Phrase(f"{least} to {most}", f"{least} 到 {most}")


def _lock_named(door: DoorTable) -> Phrase:
    return Phrase(f"lock {door.lock} of board {door.board}", f"锁控板 {door.board} 的 {door.lock} 号锁")


def _once(file: TomlFile, named: Iterable[tuple[KeyPath, Phrase]]) -> None:
    """Add a problem for everything that stands there a second time."""
    firsts: dict[str, KeyPath] = {}
    for at, name in named:
        if firsts.setdefault(name.en, at) != at:
            line = file.line(*firsts[name.en])
            gap = " " if name.zh[-1:].isascii() else ""  # between Latin and Chinese signs only
            wrong = Phrase(f"{name.en} is taken already in line {line}", f"{name.zh}{gap}在第 {line} 行已用过")
            file.wrong(at, wrong, _ONCE)
