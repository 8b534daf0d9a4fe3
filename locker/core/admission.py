"""This file knows what a pass of ours may do here and now: it is believed, young enough, and not retired. Pure."""

from typing import Literal

import msgspec

from locker.core.memory import Memory, floor_key
from locker.core.rules import local_date
from locker.core.site import Site
from sync.credential import Pass, ReadPass
from sync.stamp import Clock, Stamp

WhyNot = Literal["not_believed", "expired", "not_yet", "retired"]


class Admitted(msgspec.Struct, frozen=True):
    """The pass is good."""

    claims: Pass


class Refused(msgspec.Struct, frozen=True):
    """The pass opens nothing here and now."""

    claims: Pass
    why: WhyNot


def admit(read: ReadPass, site: Site, memory: Memory, now: Stamp) -> Admitted | Refused:
    """Judge a pass; the signature comes first, since nothing else on it means anything before."""
    if not read.issued_by(site.issuers, site.community):
        return Refused(read.claims, "not_believed")
    why = _too_old_or_young(read.claims, site, now)
    if why is None and read.claims.serial < memory.floors.get(floor_key(read.claims.resident, read.claims.type), 0):
        why = "retired"
    return Admitted(read.claims) if why is None else Refused(read.claims, why)


def _too_old_or_young(claims: Pass, site: Site, now: Stamp) -> WhyNot | None:
    """Judge the days as far as the clock can be believed.

    A clock that only knows "not before" can say that a pass has expired, never that it is not good yet; an unknown
    clock can say neither, and nothing expires on it.
    """
    today = local_date(now, site.utc_offset_min)
    if today is None:
        return None
    if today > claims.expiry:
        return "expired"
    if today < claims.not_before and now.clock is not Clock.FLOOR:
        return "not_yet"
    return None
