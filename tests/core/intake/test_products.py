from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.headers_only import write_exposure
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.product import FoundBy


def write_association(path: Path, products: dict[str, list[tuple[str, str]]], kind: str = "image2") -> Path:
    content = {
        "asn_type": kind,
        "asn_pool": "pool_001",
        "products": [
            {"name": name, "members": [{"expname": exposure, "exptype": role} for exposure, role in members]}
            for name, members in products.items()
        ],
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_rates_become_one_product_each(tmp_path: Path) -> None:
    rates = [write_exposure(tmp_path / f"{name}_rate.fits") for name in "ab"]
    intake = take_in(rates)
    assert [product.name for product in intake.products] == ["a_rate.fits", "b_rate.fits"]
    assert [product.science.path for product in intake.products] == rates
    assert all(product.association is None and not product.backgrounds for product in intake.products)
    assert intake.declined == intake.passed_over == []


def test_the_product_of_a_compressed_file_is_named_without_the_compression(tmp_path: Path) -> None:
    (product,) = take_in([write_exposure(tmp_path / "a_rate.fits.gz")]).products
    assert product.name == "a_rate.fits"


def test_an_association_becomes_its_products(tmp_path: Path) -> None:
    for name in "abcd":
        write_exposure(tmp_path / f"{name}_rate.fits")
    members = [("a_rate.fits", "science"), ("c_rate.fits", "background"), ("d_rate.fits", "background")]
    table = write_association(tmp_path / "x_asn.json", {"a": members, "b": [("b_rate.fits", "science")]})
    first, second = take_in([table]).products
    assert first.name == "a"
    assert first.association is not None
    assert (first.association.table, first.association.pool) == ("x_asn.json", "pool_001")
    assert [member.path.name for member in first.members] == ["a_rate.fits", "c_rate.fits", "d_rate.fits"]
    assert {member.found_by for member in first.members} == {FoundBy.RELATIVE}
    assert second.backgrounds == ()


def test_one_bad_input_stops_no_other(tmp_path: Path) -> None:
    good = write_exposure(tmp_path / "a_rate.fits")
    level3 = write_association(tmp_path / "y_asn.json", {"a": [("a_cal.fits", "science")]}, kind="wfs-image3")
    intake = take_in([tmp_path / "missing_rate.fits", level3, good])
    assert [product.name for product in intake.products] == ["a_rate.fits"]
    assert [entry.what for entry in intake.declined] == [str(tmp_path / "missing_rate.fits"), str(level3)]


def test_one_bad_product_stops_no_other(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    table = write_association(
        tmp_path / "x_asn.json", {"b": [("b_rate.fits", "science")], "a": [("a_rate.fits", "science")]}
    )
    intake = take_in([table])
    assert [product.name for product in intake.products] == ["a"]
    (declined,) = intake.declined
    assert "b_rate.fits of x_asn.json was not found" in declined.why


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("a_rate.fits", "background")], "0 science members"),
        ([("a_rate.fits", "science"), ("b_rate.fits", "science")], "2 science members"),
        ([("a_rate.fits", "science"), ("a_rate.fits", "background")], "more than once"),
        (
            [("a_rate.fits", "science"), ("b_rate.fits", "background"), ("./b_rate.fits", "background")],
            "more than once",
        ),
    ],
)
def test_products_with_the_wrong_members_are_declined(
    tmp_path: Path, members: list[tuple[str, str]], reason: str
) -> None:
    for name in "ab":
        write_exposure(tmp_path / f"{name}_rate.fits")
    intake = take_in([write_association(tmp_path / "x_asn.json", {"a": members})])
    assert intake.products == []
    assert reason in intake.declined[0].why


def test_a_background_that_does_not_match_stops_its_product_unless_allowed(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    write_exposure(tmp_path / "b_rate.fits", {"PUPIL": "WLM8", "DETECTOR": "NRCA1"})
    table = write_association(
        tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]}
    )
    intake = take_in([table])
    assert intake.products == []
    assert "detector NRCA1, not NRCA3; pupil WLM8, not WLP8" in intake.declined[0].why
    (product,) = take_in([table], allow_mismatch=True).products
    assert len(product.backgrounds) == 1
    assert "mismatches were allowed" in product.notices[0]


def test_members_of_other_types_are_left_out_with_a_notice(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    members = [("a_rate.fits", "science"), ("cat.ecsv", "sourcecat")]
    (product,) = take_in([write_association(tmp_path / "x_asn.json", {"a": members})]).products
    assert "sourcecat" in product.notices[0]


def test_a_folder_gives_its_associations_and_the_rates_that_they_do_not_use(tmp_path: Path) -> None:
    for name in "abc":
        write_exposure(tmp_path / f"{name}_rate.fits")
    write_exposure(tmp_path / "a_cal.fits", {"S_PHOTOM": "COMPLETE"})
    write_association(tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]})
    write_association(tmp_path / "y_asn.json", {"a": [("a_cal.fits", "science")]}, kind="image3")
    intake = take_in([tmp_path])
    assert [product.name for product in intake.products] == ["a", "c_rate.fits"]
    assert intake.declined == []
    assert ["level-3" in entry.why for entry in intake.passed_over] == [True]


def test_an_empty_folder_is_declined(tmp_path: Path) -> None:
    (declined,) = take_in([tmp_path]).declined
    assert "holds no _rate file" in declined.why


def test_the_same_exposure_is_run_once(tmp_path: Path) -> None:
    rate = write_exposure(tmp_path / "a_rate.fits")
    intake = take_in([rate, tmp_path, tmp_path / ".." / tmp_path.name / "a_rate.fits"])
    assert len(intake.products) == 1
    assert intake.declined == []


def test_two_exposures_whose_results_would_have_the_same_name_are_not_both_taken(tmp_path: Path) -> None:
    first = write_exposure(tmp_path / "one" / "a_rate.fits")
    second = write_exposure(tmp_path / "two" / "a_rate.fits")
    intake = take_in([first, second])
    assert [product.science.path for product in intake.products] == [first]
    assert "same name" in intake.declined[0].why


def test_the_result_of_an_association_and_of_its_member_have_the_same_name(tmp_path: Path) -> None:
    rate = write_exposure(tmp_path / "a_rate.fits")
    other = write_exposure(tmp_path / "b_rate.fits")
    table = write_association(tmp_path / "x_asn.json", {"a": [(rate.name, "science"), (other.name, "background")]})
    intake = take_in([table, rate])
    assert [product.name for product in intake.products] == ["a"]
    assert "same name" in intake.declined[0].why


def test_an_exposure_whose_product_is_declined_is_not_run_by_itself(tmp_path: Path) -> None:
    """Without its backgrounds, that is."""
    write_exposure(tmp_path / "a_rate.fits")
    write_exposure(tmp_path / "b_rate.fits", {"PUPIL": "WLM8"})
    write_association(tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]})
    intake = take_in([tmp_path])
    assert intake.products == []
    assert "does not match" in intake.declined[0].why


def test_an_exposure_under_two_names_is_a_repetition(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    (tmp_path / "b_rate.fits").symlink_to(tmp_path / "a_rate.fits")
    table = write_association(
        tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]}
    )
    assert "more than once" in take_in([table]).declined[0].why


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_names_that_no_file_can_have_are_declined(tmp_path: Path, name: str) -> None:
    table = write_association(tmp_path / "x_asn.json", {"a": [(name, "science")]})
    assert "was not found" in take_in([table]).declined[0].why
    assert take_in([tmp_path / name]).declined


def folder_with_an_association(folder: Path) -> Path:
    """Write a folder in which a is to be calibrated with b as its background."""
    for name in "ab":
        write_exposure(folder / f"{name}_rate.fits")
    return write_association(folder / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]})


def change(table: Path, **changes: object) -> None:
    content = json.loads(table.read_text("utf-8")) | changes
    table.write_text(json.dumps({key: value for key, value in content.items() if value is not None}), "utf-8")


def cut(table: Path) -> None:
    table.write_bytes(table.read_bytes()[:-20])


def make_folder(table: Path) -> None:
    table.unlink()
    table.mkdir()


def make_dangling(table: Path) -> None:
    table.unlink()
    table.symlink_to(table.with_name("nowhere.json"))


def make_link_to_itself(table: Path) -> None:
    table.unlink()
    table.symlink_to(table)


def make_pipe(table: Path) -> None:
    table.unlink()
    os.mkfifo(table)


def rename_upper_case(table: Path) -> None:
    cut(table)
    table.rename(table.with_name("X_ASN.JSON"))


UNREADABLE = [
    cut,
    make_folder,
    make_dangling,
    make_link_to_itself,
    make_pipe,
    rename_upper_case,
    lambda table: table.write_bytes(b""),
    lambda table: table.write_text("[1]"),
    lambda table: change(table, products=None),
    lambda table: change(table, products=[]),
    lambda table: table.write_bytes(table.read_bytes().replace(b"a_rate", b"\xff_rate")),
    lambda table: change(table, products=[{"name": "a"}]),
    lambda table: change(table, products=[{"name": "a", "members": [{"exptype": "science"}]}]),
]


@pytest.mark.parametrize("break_it", UNREADABLE)
def test_beside_an_association_that_cannot_be_read_no_rate_of_the_folder_is_run(
    tmp_path: Path, break_it: Callable[[Path], None]
) -> None:
    break_it(folder_with_an_association(tmp_path))
    write_exposure(tmp_path / "c_rate.fits")
    intake = take_in([tmp_path])
    assert intake.products == []
    first, last = intake.declined
    assert Path(first.what).name.lower() == "x_asn.json"
    assert last.what == "a_rate.fits, b_rate.fits, c_rate.fits"
    assert "would be calibrated without backgrounds" in last.why


def test_an_association_that_may_not_be_read_is_one_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_with_an_association(tmp_path)

    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    intake = take_in([tmp_path])
    assert intake.products == []
    assert "Permission denied" in intake.declined[0].why


@pytest.mark.parametrize(
    "break_it",
    [
        lambda table: change(table, asn_type=None, products=[{"name": "a", "members": []}]),
        lambda table: change(table, asn_type="imge2"),
        lambda table: change(table, products=[{"name": "a", "members": []}]),
        lambda table: (table.parent / "b_rate.fits").unlink(),
        lambda table: (table.parent / "a_rate.fits").rename(table.parent / "A_RATE.fits.gz"),
        lambda table: table.write_text(table.read_text("utf-8").replace('"background"', '"backgroud"'), "utf-8"),
        lambda table: table.write_text(table.read_text("utf-8").replace("a_rate", "D:\\\\a_rate"), "utf-8"),
    ],
)
def test_no_rate_that_a_declined_association_names_is_run(tmp_path: Path, break_it: Callable[[Path], object]) -> None:
    table = folder_with_an_association(tmp_path)
    write_exposure(tmp_path / "c_rate.fits")
    break_it(table)
    intake = take_in([tmp_path])
    assert {product.name for product in intake.products} <= {"b_rate.fits", "c_rate.fits"}
    assert "c_rate.fits" in {product.name for product in intake.products}
    first, last = intake.declined
    assert "x_asn.json" in first.what
    assert "a_rate.fits" in last.what.lower()


def test_rates_of_another_association_or_given_by_name_are_run(tmp_path: Path) -> None:
    for name in "abcd":
        write_exposure(tmp_path / f"{name}_rate.fits")
    write_association(tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]})
    (tmp_path / "y_asn.json").write_text("{")
    intake = take_in([tmp_path, tmp_path / "c_rate.fits"])
    assert [product.name for product in intake.products] == ["a", "c_rate.fits"]
    assert [entry.what for entry in intake.declined] == [str(tmp_path / "y_asn.json"), "d_rate.fits"]


@pytest.mark.parametrize("kind", ["image3", "wfs-image3", "spec2", "tso-image2", "coron3", "nrslamp-spec2"])
def test_an_association_of_another_kind_is_passed_over(tmp_path: Path, kind: str) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    write_association(tmp_path / "y_asn.json", {"a": [("a_cal.fits", "science")]}, kind=kind)
    intake = take_in([tmp_path])
    assert [product.name for product in intake.products] == ["a_rate.fits"]
    assert intake.declined == []
    assert len(intake.passed_over) == 1


def test_a_folder_that_holds_only_associations_of_other_kinds_is_declined(tmp_path: Path) -> None:
    write_association(tmp_path / "y_asn.json", {"a": [("a_cal.fits", "science")]}, kind="image3")
    intake = take_in([tmp_path])
    assert intake.products == []
    assert [entry.what for entry in intake.declined] == [str(tmp_path)]


def test_a_folder_that_may_not_be_read_is_declined_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_exposure(tmp_path / "a_rate.fits")

    def refuse(path: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    (declined,) = take_in([tmp_path]).declined
    assert "cannot be read (Permission denied)" in declined.why


@pytest.mark.parametrize("name", ["link_rate.fits", "loop_rate.fits", "folder_rate.fits"])
def test_unusable_file_named_like_a_rate_file_is_declined(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    match name.partition("_")[0]:
        case "link":
            path.symlink_to(tmp_path / "nowhere")
        case "loop":
            path.symlink_to(path)
        case _:
            path.mkdir()
    intake = take_in([tmp_path])
    assert intake.products == []
    assert [entry.what for entry in intake.declined] == [str(path)]


def test_hidden_files_of_macos_are_passed_over(tmp_path: Path) -> None:
    folder_with_an_association(tmp_path)
    for name in ("._x_asn.json", "._a_rate.fits"):
        (tmp_path / name).write_bytes(b"\0\5\x16\7")
    intake = take_in([tmp_path])
    assert [product.name for product in intake.products] == ["a"]
    assert intake.declined == []
    assert len(intake.passed_over) == 2


def test_where_each_result_has_its_own_folder_both_of_one_name_are_taken(tmp_path: Path) -> None:
    rates = [write_exposure(tmp_path / name / "a_rate.fits") for name in ("one", "two")]
    intake = take_in([tmp_path / "one", tmp_path / "two", rates[0]], one_folder=False)
    assert [product.science.path for product in intake.products] == rates
    assert intake.declined == []
    assert [entry.what for entry in intake.passed_over] == ["a_rate.fits"]


def test_a_product_may_have_the_name_of_another_exposure(tmp_path: Path) -> None:
    for name in "ab":
        write_exposure(tmp_path / f"{name}_rate.fits")
    write_association(tmp_path / "x_asn.json", {"b": [("a_rate.fits", "science")]})
    intake = take_in([tmp_path], one_folder=False)
    assert [product.name for product in intake.products] == ["b", "b_rate.fits"]
    assert intake.declined == []


@pytest.mark.parametrize("one_folder", [True, False])
def test_another_file_of_an_exposure_that_an_association_names_is_declined(tmp_path: Path, *, one_folder: bool) -> None:
    folder_with_an_association(tmp_path)
    write_exposure(tmp_path / "a_rate.fits.gz")
    intake = take_in([tmp_path], one_folder=one_folder)
    assert [product.name for product in intake.products] == ["a"]
    (declined,) = intake.declined
    assert "a_rate.fits.gz is not the file that x_asn.json names" in declined.why


def test_a_member_that_the_chain_does_not_use_is_not_calibrated_by_itself(tmp_path: Path) -> None:
    for name in "ab":
        write_exposure(tmp_path / f"{name}_rate.fits")
    write_association(
        tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "target_acquisition")]}
    )
    intake = take_in([tmp_path])
    assert [product.name for product in intake.products] == ["a"]
    assert intake.declined == []


def test_file_that_a_later_input_uses_is_not_reported_as_left_out(tmp_path: Path) -> None:
    (folder_with_an_association(tmp_path / "one")).write_text("{")
    other = tmp_path / "two"
    other.mkdir()
    members = [("../one/a_rate.fits", "science"), ("../one/b_rate.fits", "background")]
    write_association(other / "y_asn.json", {"a": members})
    intake = take_in([tmp_path / "one", other])
    assert [product.name for product in intake.products] == ["a"]
    assert [Path(entry.what).name for entry in intake.declined] == ["x_asn.json"]


def test_folders_in_a_folder_are_named_if_they_hold_exposures(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    write_exposure(tmp_path / "more" / "b_rate.fits")
    (tmp_path / "results").mkdir()
    intake = take_in([tmp_path])
    assert [product.name for product in intake.products] == ["a_rate.fits"]
    (passed_over,) = intake.passed_over
    assert passed_over.what == str(tmp_path / "more")
    (declined,) = take_in([write_exposure(tmp_path / "x" / "y" / "c_rate.fits").parent.parent]).declined
    assert "only y" in declined.why


def test_association_without_type_and_name_is_taken_with_notices(tmp_path: Path) -> None:
    table = folder_with_an_association(tmp_path)
    content = json.loads(table.read_text("utf-8"))
    del content["products"][0]["name"]
    change(table, asn_type="None", products=content["products"])
    (product,) = take_in([tmp_path]).products
    assert (product.name, len(product.backgrounds)) == ("a", 1)
    kind, name = product.notices
    assert kind == "x_asn.json has no asn_type; it is taken as image2, because its science members are _rate files."
    assert name == "x_asn.json does not name the product; it is named a, after a_rate.fits."


def test_missing_member_of_another_role_stops_nothing(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    members = [("a_rate.fits", "science"), ("nowhere_rate.fits", "target_acquisition")]
    intake = take_in([write_association(tmp_path / "x_asn.json", {"a": members})])
    assert [product.name for product in intake.products] == ["a"]
    assert intake.declined == []


def test_rateints_member_names_the_rate_file_beside_it(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    write_exposure(tmp_path / "a_rateints.fits", shape=(2, 8, 6))
    table = write_association(tmp_path / "x_asn.json", {"a": [("a_rateints.fits", "science")]})
    (declined,) = take_in([table]).declined
    assert "give the _rate file of the same exposure, a_rate.fits, which is beside it." in declined.why


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("A_RATE.FITS", "A_rate.fits"),
        ("A_RATE.FITS.GZ", "A_rate.fits"),
        ("a b#1%23_rate.fits", "a b#1%23_rate.fits"),
        ("\u671b_rate.fits", "\u671b_rate.fits"),
    ],
)
def test_files_of_any_name_are_taken(tmp_path: Path, name: str, product: str) -> None:
    write_exposure(tmp_path / "x.fits").rename(tmp_path / name)
    intake = take_in([tmp_path])
    assert [taken.name for taken in intake.products] == [product]
    assert intake.declined == []
    assert ["is not plain ASCII" in notice for taken in intake.products for notice in taken.notices] == (
        [] if name.isascii() else [True]
    )


def test_name_that_is_no_text_is_declined_and_the_rest_goes_on(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    (tmp_path / os.fsdecode(b"b\xff_rate.fits")).write_bytes((tmp_path / "a_rate.fits").read_bytes())
    intake = take_in([tmp_path])
    assert [product.name for product in intake.products] == ["a_rate.fits"]
    (declined,) = intake.declined
    assert declined.what.endswith("b\\udcff_rate.fits")
    assert "cannot read as text; rename it" in declined.why
    (declined.what + declined.why).encode()


def test_association_whose_name_is_no_text_is_taken(tmp_path: Path) -> None:
    table = folder_with_an_association(tmp_path)
    table.rename(tmp_path / os.fsdecode(b"\xff_asn.json"))
    (product,) = take_in([tmp_path]).products
    assert product.association is not None
    assert product.association.table == "\\udcff_asn.json"


@pytest.mark.parametrize("name", ["mine.asdf", "mine.CFG"])
def test_parameter_file_among_exposures_names_the_option(tmp_path: Path, name: str) -> None:
    (declined,) = take_in([tmp_path / name]).declined
    assert "give it to wfsgui run --parameter-file" in declined.why


def test_product_declined_for_a_mismatch_alone_says_that_it_can_be_allowed(tmp_path: Path) -> None:
    for name, pupil in (("a", "WLP8"), ("b", "WLM8"), ("c", "WLP8")):
        write_exposure(tmp_path / f"{name}_rate.fits", {"PUPIL": pupil})
    products = {
        "a": [("a_rate.fits", "science"), ("b_rate.fits", "background")],
        "c": [("c_rate.fits", "science"), ("nowhere_rate.fits", "background")],
    }
    table = write_association(tmp_path / "x_asn.json", products)
    first, second = take_in([table]).declined
    assert (first.mismatch_of, first.product) == (table, "a")
    assert (second.mismatch_of, second.product) == (None, "")
    allowed = take_in([table], allow_mismatch=True)
    assert [product.name for product in allowed.products] == ["a"]
