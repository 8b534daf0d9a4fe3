"""Measurements, one module each: `./run bench NAME` prints its figures and which targets they miss.

A bench is a module with a `main` that ends in `report(NAME, figures)`; its targets stand beside it, in targets.toml.
Nothing here is a test: a slow afternoon of the machine must not make the project red.
"""
