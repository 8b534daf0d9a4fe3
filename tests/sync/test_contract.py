"""WIRE.md is read by people who cannot see our code: its tables and its conversation are what the code does."""

import json
import re
from pathlib import Path

import msgspec
import pytest

import sync
from sync.cabinet import letters
from sync.cabinet.letters import Route, Tip
from sync.facts import FACTS, Fact, type_name
from sync.signature import SigningKey, seal
from sync.topics import Channel
from sync.wire import GENESIS, Ack, BatchHeader, Hello, Limits, Presence, Welcome, chain

PAGE = Path(sync.__file__).with_name("WIRE.md").read_text()
BLOCKS = re.findall(r"^`(locker/v1/[^`{]+)`[^\n]*\n\n```json\n(.*?)\n```", PAGE, re.DOTALL | re.MULTILINE)
LINES = (Path(__file__).with_name("golden") / "facts-v1.ndjson").read_bytes().splitlines()[:2]
CABINET, SERVER = SigningKey(b"\x01" * 32), SigningKey(b"\x02" * 32)
EPOCH = "5f0c9a3e71d2b846"
NONCE = "000102030405060708090a0b0c0d0e0f"


def fields(kind: type[msgspec.Struct], *, optional: bool = True) -> str:
    return " ".join(
        f"`{field.name}{'' if field.required or not optional else '?'}`" for field in msgspec.structs.fields(kind)
    )


@pytest.mark.parametrize("kind", FACTS)
def test_every_fact_has_its_row(kind: type[Fact]) -> None:
    assert f"| `{type_name(kind)}` | {fields(kind)} |" in PAGE


def test_no_row_is_left_of_a_fact_that_is_gone() -> None:
    assert re.findall(r"^\| `(locker\.[^`]+)`", PAGE, re.MULTILINE) == [type_name(kind) for kind in FACTS]


def test_the_messages_have_their_rows() -> None:
    welcome = fields(Welcome).replace("`limits`", "`limits` {" + fields(Limits, optional=False) + "}")
    ack = fields(Ack).replace("`refused?`", "`refused?` [{`seq` `why`}]")
    for row in (
        f"| `state` | cabinet, retained, also its will | {fields(Presence)} |",
        f"| `hello` | c → s, sealed | {fields(Hello)} |",
        f"| `welcome` | s → c, sealed | {welcome} |",
        f"| `up` | c → s, sealed header | header {fields(BatchHeader)}, then n lines |",
        f"| `ack` | s → c, sealed | {ack} |",
    ):
        assert row in PAGE


def test_the_conversation_is_what_both_ends_say() -> None:
    route = Route("community", "A03", "mqtt://broker", CABINET, SERVER.public, "00000000000000b1", "0.1.0")
    head = chain(chain(GENESIS, LINES[0]), LINES[1])
    welcome = Welcome(protocol=1, epoch=EPOCH, w=0, hw=GENESIS.hex(), time=1_772_375_400_000, limits=Limits())
    ack = Ack(ep=EPOCH, w=2, hw=head.hex())
    said = {
        Channel.STATE: letters.presence(route, online=True),
        Channel.HELLO: letters.hello(route, EPOCH, Tip(1, 2, head), NONCE, 61_000),
        Channel.WELCOME: seal(msgspec.json.encode(welcome), SERVER, route.topic(Channel.WELCOME), NONCE),
        Channel.UP: letters.batch(route, EPOCH, 1, GENESIS, LINES).message,
        Channel.ACK: seal(msgspec.json.encode(ack), SERVER, route.topic(Channel.ACK), NONCE),
    }
    assert [(route.topic(channel), message.decode()) for channel, message in said.items()] == BLOCKS
    assert letters.read_welcome(route, said[Channel.WELCOME], NONCE) == welcome
    assert letters.read_ack(route, said[Channel.ACK], NONCE) == ack
    assert all(json.loads(line) for _, block in BLOCKS for line in block.splitlines())
    assert CABINET.public.raw.hex() in PAGE
    assert SERVER.public.raw.hex() in PAGE
