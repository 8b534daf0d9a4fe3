"""This file knows how a cabinet's configuration becomes one frozen Config, or the list of what is wrong with it.

Two TOML files: the cabinet's own, and the catalogue of what lives behind its doors. Paths in the first are relative to
its folder; secrets are named by path, never written down. Keys are read here, once, so that nothing can be missing
later. A wrong file is an expected thing: its problems are a value.
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import msgspec

from firmware_bridge.board import BoardProfile
from locker import config_checks as checks
from locker.config_shape import BusTable, CabinetFile, CatalogueFile, DoorTable, ItemTable
from locker.core.rules import Limits
from locker.core.site import DoorSpec, ItemSpec, Site
from locker.toml_file import Problem, TomlFile
from sync.signature import PublicKey, SigningKey


class Bus(msgspec.Struct, frozen=True, kw_only=True):
    """One serial line and how each board on it is built."""

    port: str
    boards: tuple[BoardProfile, ...]


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """One door and, if it is locked, what opens it."""

    spec: DoorSpec
    board: str | None
    lock: int | None


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """One camera, named as `locker.scan` takes it."""

    name: str
    source: str


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a cabinet's owner decided, checked."""

    cabinet: str
    tenant: str
    community: str
    help_number: str
    utc_offset_min: int
    folder: Path
    """Of the journal; may not exist yet."""
    key: SigningKey
    broker: str
    server: PublicKey
    issuers: Mapping[int, PublicKey]
    buses: tuple[Bus, ...]
    doors: tuple[Door, ...]
    readers: tuple[Reader, ...]
    items: tuple[ItemSpec, ...]
    limits: Limits


class WrongConfig(msgspec.Struct, frozen=True):
    """A configuration that cannot be used, and everything found that is wrong with it; never empty."""

    problems: tuple[Problem, ...]
    unfinished: bool
    """Whether a file's own keys are so wrong that it could not be seen what else is wrong."""


def load(path: Path) -> Config | WrongConfig:
    """Read the file and all that it names. Never raises for what they hold; 0.1 ms an item, 0.4 ms if wrong."""
    file = TomlFile(path)
    said = file.build(CabinetFile, {"limits": _default_limits()})
    if said is None:
        return WrongConfig(_in_order(file), unfinished=True)
    folder = path.parent
    checks.check_cabinet(file, said)
    checks.check_folder(file, ("cabinet", "data"), folder / said.cabinet.data)
    keys = _keys(file, said, folder)
    items, in_catalogue = _catalogue(file, folder / said.cabinet.catalogue, said.door)
    problems = (*_in_order(file), *in_catalogue)
    if problems or keys is None or items is None:
        return WrongConfig(problems, unfinished=items is None)
    return _config(said, keys, items, folder.absolute())


def default_limits() -> Limits:
    """The numbers of `locker/core/defaults.toml`."""
    return msgspec.convert(_default_limits(), Limits)


def site(config: Config) -> Site:
    """What the core has to know of it."""
    return Site(
        cabinet=config.cabinet,
        community=config.community,
        utc_offset_min=config.utc_offset_min,
        help_number=config.help_number,
        doors={door.spec.id: door.spec for door in config.doors},
        items={item.label: item for item in config.items},
        issuers=config.issuers,
        limits=config.limits,
    )


def _default_limits() -> dict[str, object]:
    return tomllib.loads(resources.files("locker.core").joinpath("defaults.toml").read_text(encoding="utf-8"))


def _in_order(file: TomlFile) -> tuple[Problem, ...]:
    """As somebody meets them who goes through the file from its top."""
    return tuple(sorted(file.problems, key=lambda problem: problem.line))


def _catalogue(
    file: TomlFile, path: Path, doors: tuple[DoorTable, ...]
) -> tuple[tuple[ItemSpec, ...] | None, tuple[Problem, ...]]:
    """The items, None if they cannot be made out, and what is wrong in the catalogue.

    That there is none to read is a problem of `file`.
    """
    if not checks.check_readable(file, ("cabinet", "catalogue"), path):
        return None, ()
    catalogue = TomlFile(path)
    said = catalogue.build(CatalogueFile)
    if said is None:
        return None, _in_order(catalogue)
    checks.check_catalogue(catalogue, said, doors)
    return tuple(_item(item) for item in said.item), _in_order(catalogue)


class _Keys(msgspec.Struct, frozen=True):
    own: SigningKey
    server: PublicKey
    issuers: Mapping[int, PublicKey]


def _keys(file: TomlFile, said: CabinetFile, folder: Path) -> _Keys | None:
    """All keys that the file names, or None and a problem for each that cannot be used."""
    own = checks.private_key(file, ("cabinet", "key"), folder / said.cabinet.key)
    server = checks.public_key(file, ("server", "key"), folder / said.server.key)
    issuers = {id_: checks.public_key(file, ("issuers", str(id_)), folder / name) for id_, name in said.issuers.items()}
    usable = {id_: issuer for id_, issuer in issuers.items() if issuer is not None}
    if own is None or server is None or len(usable) < len(issuers):
        return None
    return _Keys(own, server, usable)


def _config(said: CabinetFile, keys: _Keys, items: tuple[ItemSpec, ...], folder: Path) -> Config:
    return Config(
        cabinet=said.cabinet.id,
        tenant=said.cabinet.tenant,
        community=said.cabinet.community,
        help_number=said.cabinet.help_number,
        utc_offset_min=said.cabinet.utc_offset_min,
        folder=folder / said.cabinet.data,
        key=keys.own,
        broker=said.server.broker,
        server=keys.server,
        issuers=keys.issuers,
        buses=tuple(_bus(bus, folder) for bus in said.bus),
        doors=tuple(_door(door) for door in said.door),
        readers=tuple(Reader(name=reader.name, source=_there(reader.source, folder)) for reader in said.reader),
        items=items,
        limits=said.limits,
    )


def _item(item: ItemTable) -> ItemSpec:
    return ItemSpec(label=item.label, kind=item.kind, door=item.door, title_zh=item.title_zh, title_en=item.title_en)


def _door(door: DoorTable) -> Door:
    spec = DoorSpec(
        id=door.id, kind=door.kind, locked=door.lock is not None, name_zh=door.name_zh, name_en=door.name_en
    )
    return Door(spec=spec, board=door.board, lock=door.lock)


def _bus(bus: BusTable, folder: Path) -> Bus:
    boards = tuple(
        BoardProfile(
            name=board.name,
            protocol=board.protocol,
            address=board.address,
            channels=board.channels,
            baud=bus.baud,
            feedback=board.feedback,
            status_order=board.status_order,
            pulse_ms=board.pulse_ms,
            echo=board.echo,
            reply_timeout_ms=board.reply_timeout_ms,
        )
        for board in bus.board
    )
    return Bus(port=_there(bus.port, folder), boards=boards)


def _there(name: str, folder: Path) -> str:
    """A path as seen from the file that names it; a URL as it is."""
    return name if "://" in name else str(folder / name)
