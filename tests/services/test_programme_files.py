"""A programme's file says what services are called, and what is released where a service would tell too much."""

import pytest

from surveyapp.services import library, programme_files
from tests.builders import refused

KULDIGA = (library.SHIPPED / "programmes" / "kuldiga.yaml").read_text("utf-8")


def test_every_shipped_service_belongs_to_a_group_with_names() -> None:
    programme = programme_files.load(KULDIGA)
    names = {group.id: group.name for group in programme.groups}
    assert {service.group for service in programme.services} == names.keys()
    assert all(name.keys() == {"et", "lv", "ru", "en", "uk"} for name in names.values())


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("home_care, group: care,", "home_care, group: cure,", ("$.services[0].group", "unknown_group")),
        ("{id: support, name:", "{id: care, name:", ("$.groups[1].id", "repeated_id")),
        ("{id: care, name: {", "{id: care, name: {}, x: {", ("", "wrong_shape")),
    ],
)
def test_a_group_is_named_once_and_has_a_name(old: str, new: str, fault: tuple[str, str]) -> None:
    problems = refused("faulty_programme", programme_files.load, KULDIGA.replace(old, new, 1)).problems
    assert fault[1] in {each.code for each in problems}
    assert not fault[0] or fault in {(each.path, each.code) for each in problems}
