"""Cache of parsed schemas. asdf parses the YAML of a schema for every value that it validates."""

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
    """Resource mapping for asdf: for each schema a tagged reference, which the YAML loader resolves."""

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
    """Make references for all schemas that are known now, and register their constructor in the loader of asdf."""
    # asdf uses the first mapping that has a URI.
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
    """Let asdf parse each schema only once, in a block and in this thread. Validation does not change.

    asdf gets the text of a schema by its URI from resource mappings, and parses it with its YAML loader. This adds a
    mapping whose text is a tag with the URI, and a constructor for that tag that returns the parsed schema. asdf does
    not change schemas: it gives copies to its callers.
    """
    # This loads the extensions of asdf: otherwise every context would load them again.
    log.debug("asdf has %d extensions.", len(asdf.get_config().extensions))
    with asdf.config_context() as config:
        config.add_resource_mapping(_references())
        yield
