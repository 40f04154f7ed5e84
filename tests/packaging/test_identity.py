from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from freeze.debian import debian_version
from freeze.identity import DOCUMENTS, IDENTIFIER, NAME, SUMMARY, VERSION, property_list, version_numbers
from freeze.windows_version import version_file

import wfsgui

MIME_TYPES = [mime for document in DOCUMENTS for mime in document.mime_types]


@pytest.fixture
def packaging(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "packaging"


@pytest.fixture
def entry(packaging: Path) -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    parser.read(packaging / "linux" / f"{NAME}.desktop", "utf-8")
    return dict(parser["Desktop Entry"])


@pytest.fixture
def metainfo(packaging: Path) -> ET.Element:
    return ET.parse(packaging / "linux" / f"{IDENTIFIER}.metainfo.xml").getroot()


def test_the_version_is_that_of_the_package(packaging: Path, tmp_path: Path) -> None:
    assert wfsgui.__version__ == VERSION
    assert property_list()["CFBundleShortVersionString"] == wfsgui.__version__
    resource = Path(version_file(tmp_path)).read_text("utf-8")
    assert f'"{wfsgui.__version__}"' in resource
    assert f"filevers={version_numbers()}" in resource
    assert "@" not in resource
    assert wfsgui.__version__ not in (packaging / "debian" / "control.in").read_text("utf-8")


@pytest.mark.parametrize(
    ("given", "expected"), [("0.2.0", "0.2.0"), ("0.2.0.dev1", "0.2.0~dev1"), ("1.0rc2", "1.0~rc2")]
)
def test_pre_release_sorts_before_its_release(given: str, expected: str) -> None:
    assert debian_version(given) == expected


def test_the_latest_release_is_this_version_in_metainfo_and_change_log(packaging: Path, metainfo: ET.Element) -> None:
    release = metainfo.find("releases/release")
    assert release is not None
    assert release.get("version") == wfsgui.__version__
    headings = re.findall(r"^## \[(\S+)\]", (packaging.parent / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == wfsgui.__version__


def test_every_system_offers_the_same_documents(packaging: Path, entry: dict[str, str], metainfo: ET.Element) -> None:
    assert entry["mimetype"].rstrip(";").split(";") == MIME_TYPES
    assert [element.text for element in metainfo.findall("provides/mediatype")] == MIME_TYPES
    assert [kind["CFBundleTypeName"] for kind in property_list()["CFBundleDocumentTypes"]] == [
        d.title for d in DOCUMENTS
    ]
    installer = (packaging / "windows" / f"{NAME}.iss").read_text("utf-8")
    offered = set(re.findall(r"\\Classes\\\.(\w+)\\OpenWithProgids", installer))
    assert offered == {suffix for document in DOCUMENTS for suffix in document.suffixes}


def test_program_is_never_the_default_application(packaging: Path) -> None:
    assert {kind["LSHandlerRank"] for kind in property_list()["CFBundleDocumentTypes"]} == {"Alternate"}
    assert not list(packaging.rglob("*mimeapps.list"))
    assert not list(packaging.rglob("postinst"))


def test_associations_are_recognised_by_name(packaging: Path) -> None:
    names = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    kinds = ET.parse(packaging / "linux" / f"{NAME}-mime.xml").getroot().findall("m:mime-type", names)
    patterns = {kind.get("type"): [glob.get("pattern") for glob in kind.findall("m:glob", names)] for kind in kinds}
    assert patterns == {DOCUMENTS[1].mime_types[0]: ["*_asn.json"]}


def test_desktop_entry_starts_the_program_with_its_icon(entry: dict[str, str], metainfo: ET.Element) -> None:
    # The window says that it belongs to the entry of this name (QGuiApplication.setDesktopFileName in wfsgui.app).
    assert entry["exec"] == f"{NAME} %F"
    assert entry["icon"] == NAME
    assert entry["comment"] == metainfo.findtext("summary") == SUMMARY
    launchable = metainfo.find("launchable")
    assert launchable is not None
    assert launchable.text == f"{NAME}.desktop"
