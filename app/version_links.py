"""Where the versions of a case's fields are shown, for the pages that link to them."""

from collections.abc import Mapping

from flask import url_for

from workflows.versions import FieldVersions


def version_links(instance_id: str, replaced: Mapping[str, FieldVersions]) -> dict[str, tuple[str, int]]:
    """Return, for each field that has several versions, where they are shown, and how many they are."""
    return {
        key: (url_for("case_versions.field", instance_id=instance_id, key=key), len(one.versions))
        for key, one in replaced.items()
    }
