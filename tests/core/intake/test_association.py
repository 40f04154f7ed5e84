from __future__ import annotations

import json
from pathlib import Path

import pytest

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.intake.association import (
    BrokenAssociationError,
    OtherAssociationError,
    exposure_root,
    find_member,
    read_association,
)
from wfsgui.core.model.product import FoundBy

MEMBERS = [{"expname": "a_rate.fits", "exptype": "science"}, {"expname": "b_rate.fits", "exptype": "Background"}]
TABLE = {
    "asn_type": "image2",
    "asn_rule": "candidate_Asn_Lv2WFSC",
    "asn_pool": "pool_001",
    "products": [{"name": "a", "members": MEMBERS}],
}


PICTURES = [{"name": "a", "members": [{"expname": "a.png", "exptype": "science"}]}]


def write(path: Path, **changes: object) -> Path:
    content = {key: value for key, value in (TABLE | changes).items() if value is not None}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["image2", "wfs-image2", "IMAGE2"])
def test_associations_of_today_and_of_old_are_read(tmp_path: Path, kind: str) -> None:
    table = read_association(write(tmp_path / "x_asn.json", asn_type=kind))
    assert (table.rule, table.pool) == ("candidate_Asn_Lv2WFSC", "pool_001")
    (product,) = table.products
    assert product.name == "a"
    assert product.of_type("science") == ("a_rate.fits",)
    assert product.of_type("background") == ("b_rate.fits",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"asn_type": "wfs-image3"}, "level-3 association.*give the level-2"),
        ({"asn_type": "image3"}, "level-3 association"),
        ({"asn_type": "spec2"}, "of type spec2.*image2"),
        ({"asn_type": None, "asn_rule": None, "products": [{"name": "a", "members": []}]}, "of no type"),
        ({"asn_type": None, "asn_rule": "candidate_Asn_Lv3Image"}, r"level-3 association \(candidate_Asn_Lv3Image\)"),
        ({"asn_type": "None", "asn_rule": "Asn_Lv2NRSFSS"}, "of type Asn_Lv2NRSFSS"),
        ({"products": None}, "lists no products"),
        ({"products": []}, "lists no products"),
        ({"products": [{"members": [MEMBERS[0], MEMBERS[0]]}]}, "without name"),
        ({"products": [{"name": "", "members": [MEMBERS[1]]}]}, "without name"),
        ({"products": [{"name": "a", "members": "a_rate.fits"}]}, "without name or members"),
        ({"products": [{"name": "a", "members": [{"expname": "a_rate.fits"}]}]}, "without expname or exptype"),
        ({"products": ["a"]}, "without name or members"),
    ],
)
def test_other_associations_are_declined_with_the_reason(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(InputDeclinedError, match=reason):
        read_association(write(tmp_path / "x_asn.json", **changes))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[1, 2]", b'"image2"', b"[" * 100_000])
def test_json_that_is_no_association_is_declined(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x_asn.json"
    path.write_bytes(content)
    with pytest.raises(InputDeclinedError, match=r"x_asn\.json is not"):
        read_association(path)


def test_an_association_that_is_not_there_is_declined(tmp_path: Path) -> None:
    with pytest.raises(InputDeclinedError, match="does not exist"):
        read_association(tmp_path / "x_asn.json")


@pytest.mark.parametrize(
    ("changes", "roots"),
    [
        ({"asn_type": None, "asn_rule": None, "products": PICTURES}, {"a", "a.png"}),
        ({"asn_type": "user_built"}, {"a", "b"}),
        ({"asn_type": ["image2"]}, {"a", "b"}),
        ({"asn_type": None, "products": []}, None),
        ({"products": ["a"]}, None),
        ({"products": [{"name": "a", "members": [MEMBERS[0], {"exptype": "background"}]}]}, None),
    ],
)
def test_roots_of_a_broken_association_are_known_only_if_complete(
    tmp_path: Path, changes: dict[str, object], roots: set[str] | None
) -> None:
    with pytest.raises(BrokenAssociationError) as caught:
        read_association(write(tmp_path / "x_asn.json", **changes))
    assert caught.value.roots == roots


@pytest.mark.parametrize(
    "name", ["a_rate.fits", "A_RATE.FITS", "x/a_rate.fits.gz", "D:\\x\\a_rate.fits", "a_rateints.fits", "a", "a.fits"]
)
def test_the_files_of_an_exposure_have_one_root(name: str) -> None:
    assert exposure_root(name) == "a"


@pytest.mark.parametrize("asn_type", [None, "None", "", "null"])
@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("candidate_Asn_Lv2WFSC", "its rule is candidate_Asn_Lv2WFSC"),
        ("Asn_Lv2ImageNonScience", "its rule is Asn_Lv2ImageNonScience"),
        ("DMSLevel2bBase", "its science members are _rate files"),
        (None, "its science members are _rate files"),
    ],
)
def test_association_without_type_is_decided_by_rule_then_members(
    tmp_path: Path, asn_type: str | None, rule: str | None, reason: str
) -> None:
    table = read_association(write(tmp_path / "x_asn.json", asn_type=asn_type, asn_rule=rule))
    assert table.notice == f"x_asn.json has no asn_type; it is taken as image2, because {reason}."


def test_association_with_type_needs_no_notice(tmp_path: Path) -> None:
    assert read_association(write(tmp_path / "x_asn.json")).notice == ""


def test_association_of_calibrated_files_is_of_level_3(tmp_path: Path) -> None:
    products = [{"name": "a", "members": [{"expname": "a_cal.fits", "exptype": "science"}]}]
    path = write(tmp_path / "x_asn.json", asn_type=None, asn_rule=None, products=products)
    with pytest.raises(OtherAssociationError, match="its science members are _cal files"):
        read_association(path)


@pytest.mark.parametrize("name", [None, "", " "])
@pytest.mark.parametrize("member", ["a_rate.fits", "/x/y/a_rate.fits.gz", "D:\\x\\a_rate.fits"])
def test_product_without_name_is_named_after_its_science_member(tmp_path: Path, name: str | None, member: str) -> None:
    entry: dict[str, object] = {"members": [MEMBERS[1], {"expname": member, "exptype": "SCIENCE"}]}
    products = [entry if name is None else entry | {"name": name}]
    (product,) = read_association(write(tmp_path / "x_asn.json", products=products)).products
    assert (product.name, product.named_after) == ("a", member)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_encoding_of_json_is_read(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "x_asn.json", asn_pool="b\u00e4\u4e2d")
    path.write_bytes(json.dumps(json.loads(path.read_bytes()), ensure_ascii=False).encode(encoding))
    assert read_association(path).pool == "b\u00e4\u4e2d"


def test_syntax_error_is_reported_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "x_asn.json"
    path.write_text('{"asn_type": "image2",\n "products": [}\n')
    with pytest.raises(BrokenAssociationError, match=r"x_asn\.json is not valid JSON \(line 2, column 15: "):
        read_association(path)


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_member_is_found_relative_to_the_association_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = touch(tmp_path / "asn" / "rates" / "a_rate.fits")
    touch(tmp_path / "asn" / "a_rate.fits")
    touch(tmp_path / "rates" / "a_rate.fits")
    monkeypatch.chdir(tmp_path)
    assert find_member("rates/a_rate.fits", tmp_path / "asn" / "x_asn.json") == (expected, FoundBy.RELATIVE)


def test_a_member_is_found_by_its_base_name_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = touch(tmp_path / "asn" / "a_rate.fits")
    touch(tmp_path / "rates" / "a_rate.fits")
    monkeypatch.chdir(tmp_path)
    assert find_member("rates/a_rate.fits", tmp_path / "asn" / "x_asn.json") == (expected, FoundBy.BESIDE)
    absolute = str(tmp_path / "elsewhere" / "a_rate.fits")
    assert find_member(absolute, tmp_path / "asn" / "x_asn.json") == (expected, FoundBy.BESIDE)


def test_an_absolute_path_is_taken_as_given_first(tmp_path: Path) -> None:
    expected = touch(tmp_path / "elsewhere" / "a_rate.fits")
    touch(tmp_path / "asn" / "a_rate.fits")
    assert find_member(str(expected), tmp_path / "asn" / "x_asn.json") == (expected, FoundBy.AS_GIVEN)


def test_a_member_is_found_as_given_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absolute = touch(tmp_path / "rates" / "a_rate.fits")
    monkeypatch.chdir(tmp_path)
    association = tmp_path / "asn" / "x_asn.json"
    assert find_member(str(absolute), association) == (absolute, FoundBy.AS_GIVEN)
    assert find_member("rates/a_rate.fits", association) == (Path("rates/a_rate.fits"), FoundBy.AS_GIVEN)


def test_a_member_that_is_nowhere_is_declined(tmp_path: Path) -> None:
    with pytest.raises(InputDeclinedError, match=r"a_rate\.fits of x_asn\.json was not found"):
        find_member("a_rate.fits", tmp_path / "x_asn.json")


def test_a_missing_rateints_member_names_the_rate_file_that_is_there(tmp_path: Path) -> None:
    touch(tmp_path / "a_rate.fits")
    with pytest.raises(InputDeclinedError, match=r"a_rateints\.fits of x_asn.json was not found, and a_rate"):
        find_member("a_rateints.fits", tmp_path / "x_asn.json")
