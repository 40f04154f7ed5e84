"""Keeping parsed schemas: asdf parses the YAML of a schema again each time that a value is validated against it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Final

import asdf
import yaml
from asdf.yamlutil import AsdfLoader

__all__ = ["kept_schemas"]

log = logging.getLogger(__name__)

_TAG: Final = "tag:wfsgui,2026:kept-schema"
# Schemas by the convention for their names. Other resources, such as manifests, are read with other loaders.
_SCHEMAS: Final = "/schemas/"


class _References(Mapping[str, bytes]):
    """Stands before asdf's own resources: in place of each schema a tagged reference, to be resolved by its loader."""

    def __init__(self, originals: Mapping[str, Mapping[str, str | bytes]]) -> None:
        self._originals = originals

    def __getitem__(self, uri: str) -> bytes:
        if uri not in self._originals:
            raise KeyError(uri)
        return f"!<{_TAG}> '{uri}'".encode()

    def __iter__(self) -> Iterator[str]:
        return iter(self._originals)

    def __len__(self) -> int:
        return len(self._originals)


@cache
def _references() -> _References:
    """Make what stands before the schemas that are known now, and let asdf's loader resolve it."""
    # The first mapping that has a URI is the one that asdf takes it from.
    originals = {
        uri: mapping
        for mapping in reversed(asdf.get_config().resource_mappings)
        for uri in mapping
        if _SCHEMAS in uri and "'" not in uri
    }

    @cache
    def parsed(uri: str) -> object:
        return yaml.load(originals[uri][uri], Loader=AsdfLoader)

    def construct(loader: AsdfLoader, node: yaml.ScalarNode) -> object:
        return parsed(loader.construct_scalar(node))

    yaml.add_constructor(_TAG, construct, Loader=AsdfLoader)
    return _References(originals)


@contextmanager
def kept_schemas() -> Iterator[None]:
    """Have asdf parse each schema once, for the duration of a block and in this thread; validation is as it was.

    asdf takes schemas by their URI from its resource mappings, and parses what it gets with its own YAML loader.
    A mapping may be added, and a constructor may be registered for a tag: the text that asdf gets refers to the
    schema, and the constructor hands out the one that was parsed before. asdf does not change schemas: those that it
    gives to others are copies.
    """
    # Looked for here if they have not been: a context that begins without them looks for them anew each time.
    log.debug("asdf has %d extensions.", len(asdf.get_config().extensions))
    with asdf.config_context() as config:
        config.add_resource_mapping(_references())
        yield
