import tomllib

from locker.toml_lines import MAX_STATEMENT_LINES, KeyPath, find, nearest

TEXT = '''\
# a = 0
a = 1
"q.x".b = [
 1, # ]
 {c = 2},
]

[t] # [not.this]
k = """
[[bus]]
port = 1
"""
[[bus]]
port = 2
  [[bus.board]]
  lock = 1
  [[bus.board]]
  lock = 2
[bus.extra.deep]
z = 1
[[bus]]
[[bus.board]]
lock = 3
[bus.extra]
'''


def test_every_key_has_its_line() -> None:
    assert find(TEXT) == {
        (): 1,
        ("a",): 2,
        ("q.x",): 3,
        ("q.x", "b"): 3,
        ("q.x", "b", 0): 3,
        ("q.x", "b", 1): 3,
        ("q.x", "b", 1, "c"): 3,
        ("t",): 8,
        ("t", "k"): 9,
        ("bus",): 13,
        ("bus", 0): 13,
        ("bus", 0, "port"): 14,
        ("bus", 0, "board"): 15,
        ("bus", 0, "board", 0): 15,
        ("bus", 0, "board", 0, "lock"): 16,
        ("bus", 0, "board", 1): 17,
        ("bus", 0, "board", 1, "lock"): 18,
        ("bus", 0, "extra"): 19,
        ("bus", 0, "extra", "deep"): 19,
        ("bus", 0, "extra", "deep", "z"): 20,
        ("bus", 1): 21,
        ("bus", 1, "board"): 22,
        ("bus", 1, "board", 0): 22,
        ("bus", 1, "board", 0, "lock"): 23,
        ("bus", 1, "extra"): 24,
    }


def test_it_finds_whatever_tomllib_reads() -> None:
    found = find(TEXT)
    assert all(path in found for path in paths(tomllib.loads(TEXT), ()))


def test_lines_end_as_on_windows_too() -> None:
    assert find(TEXT.replace("\n", "\r\n")) == find(TEXT)


def test_what_is_missing_belongs_to_the_table_around_it() -> None:
    found = find(TEXT)
    assert nearest(found, ("bus", 0, "board", 1, "channels")) == 17
    assert nearest(found, ("door",)) == 1


def test_a_list_over_too_many_lines_is_not_looked_into() -> None:
    short = "x = [\n" + "1,\n" * (MAX_STATEMENT_LINES - 2) + "]\ny = 1\n"
    assert find(short)["y",] == MAX_STATEMENT_LINES + 1
    assert find(short.replace("[\n", "[\n1,\n")) == {(): 1}


def paths(said: object, at: KeyPath) -> list[KeyPath]:
    if isinstance(said, dict):
        return [at, *(path for name, value in said.items() for path in paths(value, (*at, name)))]
    if isinstance(said, list):
        return [at, *(path for place, value in enumerate(said) for path in paths(value, (*at, place)))]
    return [at]
