"""Stands in for the world: lock boards, doors, residents, cameras, links. Never imported by the product."""
