"""Schemas are parsed once, and validation is unchanged."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import asdf
import pytest
import yaml
from asdf.yamlutil import AsdfLoader
from stdatamodels.exceptions import ValidationWarning
from stdatamodels.jwst import datamodels

from wfsgui.pipeline.chain.schema_cache import kept_schemas

URI = "http://stsci.edu/schemas/jwst_datamodel/image.schema"


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    with kept_schemas():
        yield


def original(uri: str) -> object:
    """Parse a schema as its package has it."""
    proxies = asdf.get_config().resource_mappings
    content = next(proxy[uri] for proxy in proxies if proxy.package_name is not None and uri in proxy)
    return yaml.load(content, Loader=AsdfLoader)


def test_a_schema_is_the_one_of_its_package() -> None:
    assert asdf.schema.load_schema(URI) == original(URI)


def test_changing_a_schema_changes_a_copy() -> None:
    asdf.schema.load_schema(URI)["allOf"] = "changed"
    assert asdf.schema.load_schema(URI) == original(URI)


def test_cached_schemas_are_unchanged() -> None:
    """Validation must not leave anything behind in what is kept."""
    with datamodels.ImageModel((8, 8)) as model:
        model.meta.instrument.name = "NIRCAM"
        model.meta.cal_step.flat_field = "COMPLETE"
        model.validate()
    for uri in asdf.get_config().resource_manager:
        if "/jwst_datamodel/" in uri or "/asdf/core/" in uri:
            assert asdf.schema.load_schema(uri) == original(uri), uri


@pytest.mark.parametrize(("attribute", "value"), [("name", "A SPOON"), ("detector", 3)])
def test_invalid_values_are_refused(attribute: str, value: object) -> None:
    with datamodels.ImageModel((8, 8)) as model:
        for _ in range(2):
            with pytest.warns(ValidationWarning, match=f"While validating {attribute}"):
                setattr(model.meta.instrument, attribute, value)
        assert getattr(model.meta.instrument, attribute) is None


def test_other_resources_are_unchanged() -> None:
    manager = asdf.get_config().resource_manager
    manifests = [uri for uri in manager if "/manifests/" in uri]
    assert manifests
    assert all(b"extension_uri" in manager[uri] for uri in manifests)


def test_cache_ends_with_the_block() -> None:
    uri = "http://stsci.edu/schemas/asdf/core/ndarray-1.1.0"
    within = asdf.get_config().resource_manager[uri]
    outside: list[bytes] = []
    thread = threading.Thread(target=lambda: outside.append(asdf.get_config().resource_manager[uri]))
    thread.start()
    thread.join()
    assert len(within) < 100 < len(outside[0])
