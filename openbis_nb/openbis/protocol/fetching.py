"""Fetch options: what an answer shall hold (contract 3.4). A relation that is not named comes back null."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...models import EntityKind
from .ids import Json

__all__ = [
    "authorization_group",
    "bare_data_set",
    "bare_project",
    "data_set",
    "data_set_file",
    "data_set_type",
    "data_set_with_parents",
    "data_store",
    "deletion",
    "described",
    "experiment",
    "notebook_version",
    "object_",
    "page",
    "person",
    "personal_access_token",
    "project",
    "role_assignment",
    "space",
]


def _options(path: str, **relations: Any) -> Json:
    package, name = path.rsplit(".", 1)
    return {"@type": f"as.dto.{package}.fetchoptions.{name}FetchOptions", **relations}


def _properties() -> Json:
    return _options("property.Property")


def person() -> Json:
    """A person without relations."""
    return _options("person.Person")


def space() -> Json:
    """A space with its registrator."""
    return _options("space.Space", registrator=person())


def project() -> Json:
    """A project with its space and registrator."""
    return _options("project.Project", space=_options("space.Space"), registrator=person())


def experiment() -> Json:
    """An experiment with type, properties and registrator."""
    return _options(
        "experiment.Experiment",
        type=_options("experiment.ExperimentType"),
        properties=_properties(),
        registrator=person(),
    )


def object_(*, relatives: bool = True) -> Json:
    """An object with type, properties, experiment and registrator.

    Args:
        relatives: Also its parents and children (their identifiers).
    """
    relations: Json = {}
    if relatives:
        relations = {"parents": _options("sample.Sample"), "children": _options("sample.Sample")}
    return _options(
        "sample.Sample",
        type=_options("sample.SampleType"),
        properties=_properties(),
        experiment=_options("experiment.Experiment"),
        registrator=person(),
        **relations,
    )


def described(kind: EntityKind) -> Json:
    """An entity for people to read: an experiment or object with the labels and data types of its
    properties, in the same call."""
    options = {"space": space, "project": project, "experiment": experiment, "object": object_}[kind]()
    if kind in ("experiment", "object"):
        options["type"]["propertyAssignments"] = _options(
            "property.PropertyAssignment", propertyType=_options("property.PropertyType")
        )
    return options


def data_set(*, children: bool = False) -> Json:
    """A data set with owner, type, properties, parents, physical data and data store, in one call.

    Args:
        children: Also the permIds of its children; may be many.
    """
    relations: Json = {"children": _options("dataset.DataSet")} if children else {}
    return _options(
        "dataset.DataSet",
        type=_options("dataset.DataSetType"),
        properties=_properties(),
        experiment=experiment(),
        sample=object_(relatives=False),
        parents=_options("dataset.DataSet"),
        physicalData=_options("dataset.PhysicalData"),
        dataStore=data_store(),
        registrator=person(),
        **relations,
    )


def notebook_version() -> Json:
    """A data set with what a list of notebooks shows, and where it lies up to project and space. Of its
    owner no properties: an object's can be whole documents."""
    project = _options("project.Project")
    experiment_ = _options("experiment.Experiment", project=project)
    object__ = _options(
        "sample.Sample", project=project, space=_options("space.Space"), experiment=experiment_
    )
    return _options(
        "dataset.DataSet",
        properties=_properties(),
        experiment=experiment_,
        sample=object__,
        physicalData=_options("dataset.PhysicalData"),
        registrator=person(),
    )


def data_set_with_parents() -> Json:
    """A data set with the permIds of its parents."""
    return _options("dataset.DataSet", parents=bare_data_set())


def bare_data_set() -> Json:
    """A data set without relations."""
    return _options("dataset.DataSet")


def bare_project() -> Json:
    """A project without relations."""
    return _options("project.Project")


def data_set_type() -> Json:
    """A data-set type with its property definitions and their vocabularies."""
    vocabulary = _options("vocabulary.Vocabulary", terms=_options("vocabulary.VocabularyTerm"))
    property_type = _options("property.PropertyType", vocabulary=vocabulary)
    return _options(
        "dataset.DataSetType",
        propertyAssignments=_options("property.PropertyAssignment", propertyType=property_type),
    )


def data_set_file() -> Json:
    """A file of a data set (4.2)."""
    return {"@type": "dss.dto.datasetfile.fetchoptions.DataSetFileFetchOptions"}


def data_store() -> Json:
    """A data store."""
    return _options("datastore.DataStore")


def deletion() -> Json:
    """An entry of the trash with what it holds (6.2)."""
    return _options("deletion.Deletion", deletedObjects=_options("deletion.DeletedObject"))


def personal_access_token() -> Json:
    """A personal access token with its owner (2.6)."""
    return _options("pat.PersonalAccessToken", owner=person())


def authorization_group() -> Json:
    """A group with its members (3.3)."""
    return _options("authorizationgroup.AuthorizationGroup", users=person())


def role_assignment() -> Json:
    """A role with who has it and where (9.1)."""
    return _options(
        "roleassignment.RoleAssignment",
        space=_options("space.Space"),
        project=_options("project.Project", space=_options("space.Space")),
        user=person(),
        authorizationGroup=authorization_group(),
    )


def page(
    options: Json, *, offset: int, limit: int, sort: Iterable[tuple[str, bool]] = (), of: str = ""
) -> Json:
    """*options* for one page (3.2).

    Args:
        options: Fetch options.
        offset: How many to leave out.
        limit: How many at most.
        sort: Field and "ascending?" pairs; default order is that of registration.
        of: Package and class of the sort options, e.g. ``dataset.DataSet``.
    """
    paged = {**options, "from": offset, "count": limit}
    sortings = [
        {
            "@type": "as.dto.common.fetchoptions.Sorting",
            "field": field,
            "order": {"@type": "as.dto.common.fetchoptions.SortOrder", "asc": ascending},
        }
        for field, ascending in sort
    ]
    if sortings:
        package, name = of.rsplit(".", 1)
        options_type = f"as.dto.{package}.fetchoptions.{name}SortOptions"
        paged["sort"] = {"@type": options_type, "sortings": sortings}
    return paged
