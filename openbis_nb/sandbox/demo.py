"""The entities of the demo laboratory and of a fresh ELN (contract 7.5); files come from `laboratory`."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .history import Author
from .laboratory import LabDataSet, demo_data_sets
from .masterdata import SYSTEM_USER, spelled
from .objects import find
from .properties import validated, write_properties
from .registration import NewDataSet, insert_entity, owner_of, register_data_set, relate

if TYPE_CHECKING:
    from .config import SandboxConfig
    from .state import SandboxState

_STEP, _EXPERIMENT, _COLLECTION = "EXPERIMENTAL_STEP", "DEFAULT_EXPERIMENT", "COLLECTION"
_GOALS = "EXPERIMENTAL_STEP.EXPERIMENTAL_GOALS"

LABORATORY_SPACES = {
    "BIOLAB": "Microbiology: growth, screening, imaging",
    "CHEMLAB": "Organic synthesis",
}
ELN_SPACES = (
    *("DEFAULT", "DEFAULT_LAB_NOTEBOOK", "METHODS", "MATERIALS", "STOCK_CATALOG", "STOCK_ORDERS"),
    *("PUBLICATIONS", "ELN_SETTINGS", "STORAGE"),
)


@dataclass(frozen=True)
class _Thing:
    """An experiment (three-part identifier) or a sample; ``experiment`` is its experiment's identifier."""

    identifier: str
    type: str
    name: str
    user: str = "ursula"
    experiment: str | None = None
    parents: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)


_EXPERIMENTS = (
    _Thing("/BIOLAB/GROWTH/GROWTH_CURVES_1", _EXPERIMENT, "Growth curves at three temperatures"),
    _Thing("/BIOLAB/GROWTH/GROWTH_PILOT", _EXPERIMENT, "Pilot of the growth curves"),
    _Thing("/BIOLAB/SCREENING/DOSE_RESPONSE_1", _EXPERIMENT, "Dose-response of six compounds"),
    _Thing("/BIOLAB/IMAGING/TIME_LAPSE_1", _EXPERIMENT, "Time lapse of dividing cells"),
    _Thing("/BIOLAB/ARCHIVE/PILOT_2019", _EXPERIMENT, "Pilot of 2019", "alice"),
    _Thing("/BIOLAB/ARCHIVE/PAPER_2020", _EXPERIMENT, "What the paper of 2020 shows", "alice"),
    _Thing("/CHEMLAB/SYNTHESIS/TITRATION_1", _EXPERIMENT, "Titration of acetic acid", "bob"),
    _Thing("/CHEMLAB/SYNTHESIS/REAGENTS", _COLLECTION, "Reagents", "bob"),
)
_GROWTH = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
_SAMPLES = (
    _Thing("/BIOLAB/STRAINS", "GENERAL_PROTOCOL", "How strains are kept", "alice"),
    _Thing(
        "/BIOLAB/GROWTH/EXP1", _STEP, "Pre-culture", experiment=_GROWTH, properties={_GOALS: "<p>OD 0.5</p>"}
    ),
    _Thing("/BIOLAB/GROWTH/EXP2", _STEP, "Inoculation", experiment=_GROWTH, parents=("/BIOLAB/GROWTH/EXP1",)),
    *(
        _Thing(
            f"/BIOLAB/GROWTH/PLATE_{number}",
            "ENTRY",
            f"Plate {number}",
            experiment=_GROWTH,
            parents=("/BIOLAB/GROWTH/EXP2", "/BIOLAB/STRAINS") if number == 1 else ("/BIOLAB/GROWTH/EXP2",),
        )
        for number in (1, 2, 3)
    ),
    _Thing("/BIOLAB/GROWTH/PLATE_4", "ENTRY", "Plate 4", experiment="/BIOLAB/GROWTH/GROWTH_PILOT"),
    _Thing(
        "/BIOLAB/SCREENING/EXP3", _STEP, "Dilution series", experiment="/BIOLAB/SCREENING/DOSE_RESPONSE_1"
    ),
    _Thing("/BIOLAB/ARCHIVE/EXP4", _STEP, "Figure 2", "alice", "/BIOLAB/ARCHIVE/PAPER_2020"),
    _Thing("/CHEMLAB/SYNTHESIS/EXP5", _STEP, "Titration", "bob", "/CHEMLAB/SYNTHESIS/TITRATION_1"),
)
_FROZEN = {
    ("EXPERIMENT", "/BIOLAB/ARCHIVE/PAPER_2020"): "frozen frozenForDataSets frozenForSamples",
    ("SAMPLE", "/BIOLAB/ARCHIVE/EXP4"): "frozen frozenForDataSets frozenForChildren",
}

_ELN_COLLECTIONS = (
    ("/DEFAULT_LAB_NOTEBOOK/DEFAULT_PROJECT/DEFAULT_EXPERIMENT", "Default Experiment", _STEP),
    ("/METHODS/PROTOCOLS/GENERAL_PROTOCOLS", "General Protocols", "GENERAL_PROTOCOL"),
    ("/STOCK_CATALOG/PRODUCTS/PRODUCT_COLLECTION", "Product Collection", "PRODUCT"),
    ("/STOCK_CATALOG/SUPPLIERS/SUPPLIER_COLLECTION", "Supplier Collection", "SUPPLIER"),
    ("/STOCK_CATALOG/REQUESTS/REQUEST_COLLECTION", "Request Collection", "REQUEST"),
    ("/STOCK_ORDERS/ORDERS/ORDER_COLLECTION", "Order Collection", "ORDER"),
    ("/PUBLICATIONS/PUBLIC_REPOSITORIES/PUBLICATIONS_COLLECTION", "Publications Collection", "PUBLICATION"),
    ("/ELN_SETTINGS/STORAGES/STORAGES_COLLECTION", "Storages Collection", "STORAGE"),
    ("/ELN_SETTINGS/TEMPLATES/TEMPLATES_COLLECTION", "Template Collection", ""),
)


def add_laboratory_spaces(db: sqlite3.Connection, author: Author) -> None:
    """The two spaces of the demo laboratory."""
    for code, description in LABORATORY_SPACES.items():
        insert_entity(db, author, "SPACE", code=code, identifier=f"/{code}", description=description)


def add_eln_spaces(db: sqlite3.Connection, author: Author) -> None:
    """The spaces of a fresh ELN."""
    for code in ELN_SPACES:
        insert_entity(db, author, "SPACE", code=code, identifier=f"/{code}")


def add_eln_collections(db: sqlite3.Connection, state: SandboxState, now: int) -> None:
    """The projects and collections of a fresh ELN, with two storages and the settings object."""
    planter = _Planter(db, state, now)
    for identifier, name, object_type in _ELN_COLLECTIONS:
        kind = _EXPERIMENT if identifier.endswith("DEFAULT_EXPERIMENT") else _COLLECTION
        properties = {"$DEFAULT_OBJECT_TYPE": object_type}
        planter.experiment(_Thing(identifier, kind, name, SYSTEM_USER, properties=properties))
    for code, name, size in (("BENCH", "Bench", "1"), ("DEFAULT_STORAGE", "Default Storage", "4")):
        numbers = {"$STORAGE.ROW_NUM": size, "$STORAGE.COLUMN_NUM": size, "$STORAGE.BOX_NUM": "9999"}
        level = {"$STORAGE.STORAGE_VALIDATION_LEVEL": "BOX_POSITION"}
        place = "/ELN_SETTINGS/STORAGES"
        collection, properties = f"{place}/STORAGES_COLLECTION", numbers | level
        planter.sample(_Thing(f"{place}/{code}", "STORAGE", name, SYSTEM_USER, collection, (), properties))
    planter.sample(_Thing("/ELN_SETTINGS/GENERAL_ELN_SETTINGS", "GENERAL_ELN_SETTINGS", "", SYSTEM_USER))


def add_laboratory(db: sqlite3.Connection, state: SandboxState, now: int) -> None:
    """Projects, experiments, objects and data sets of the demo laboratory; last, what is frozen is frozen."""
    planter = _Planter(db, state, now)
    for thing in _EXPERIMENTS:
        planter.experiment(thing)
    for thing in _SAMPLES:
        planter.sample(thing)
    for data_set in demo_data_sets():
        planter.data_set(data_set)
    for (kind, identifier), flags in _FROZEN.items():
        row = planter.found(kind, identifier)
        db.execute("UPDATE entities SET frozen = ? WHERE id = ?", (flags, row["id"]))


class _Planter:
    def __init__(self, db: sqlite3.Connection, state: SandboxState, now: int) -> None:
        self._db, self._state, self._now = db, state, now
        self._config: SandboxConfig = state.config
        self._numbers: dict[str, int] = {}

    def found(self, kind: str, identifier: str) -> sqlite3.Row:
        row = find(self._db, kind, {"identifier": identifier} if kind != "SPACE" else {"permId": identifier})
        if row is None:
            raise LookupError(f"the demo laboratory has no {kind} {identifier}")
        return row

    def experiment(self, thing: _Thing) -> None:
        author = Author(thing.user, self._now)
        space_code, project_code, code = thing.identifier[1:].split("/")
        project = self._project(author, space_code, project_code)
        places = {"space_id": project["space_id"], "project_id": project["id"]}
        columns = {"code": code, "identifier": thing.identifier, "type": thing.type, **places}
        made = insert_entity(self._db, author, "EXPERIMENT", **columns)
        self._properties("EXPERIMENT", made.id, thing)

    def sample(self, thing: _Thing) -> None:
        *places, code = thing.identifier[1:].split("/")
        space = self.found("SPACE", places[0])
        project = self.found("PROJECT", "/" + "/".join(places)) if len(places) > 1 else None
        experiment = self.found("EXPERIMENT", thing.experiment) if thing.experiment else None
        made = insert_entity(
            self._db,
            Author(thing.user, self._now),
            "SAMPLE",
            code=code,
            identifier=thing.identifier,
            type=thing.type,
            space_id=space["id"],
            project_id=project["id"] if project else None,
            experiment_id=experiment["id"] if experiment else None,
        )
        self._properties("SAMPLE", made.id, thing)
        parents = [self.found("SAMPLE", parent)["id"] for parent in thing.parents]
        relate(self._db, "PARENT", Author(thing.user, self._now), parents=parents, children=[made.id])

    def data_set(self, one: LabDataSet) -> None:
        owner = self.found("SAMPLE" if one.owner_kind == "object" else "EXPERIMENT", one.owner)
        files = one.contents()
        new = NewDataSet(
            type=one.type,
            owner=owner_of(self._db, owner),
            properties={spelled(code, self._config): value for code, value in one.properties.items()},
            parent_ids=[self._numbers[key] for key in one.parents],
            component_ids=[self._numbers[key] for key in one.components],
            kind=one.kind,
            status=one.status,
            size=sum(len(data) for data in files.values()),
        )
        made = register_data_set(self._db, new, Author(one.registrator, self._now))
        self._numbers[one.key] = made.id
        if files:
            self._state.content.write(self._db, made.perm_id, files)
        if one.status == "ARCHIVED":
            self._state.content.put_away(made.perm_id)

    def _project(self, author: Author, space_code: str, code: str) -> sqlite3.Row:
        identifier = f"/{space_code}/{code}"
        if find(self._db, "PROJECT", {"identifier": identifier}) is None:
            space = self.found("SPACE", space_code)
            insert_entity(self._db, author, "PROJECT", code=code, identifier=identifier, space_id=space["id"])
        return self.found("PROJECT", identifier)

    def _properties(self, kind: str, entity_id: int, thing: _Thing) -> None:
        given = {"$NAME": thing.name, **thing.properties} if thing.name else thing.properties
        spelt = {spelled(code, self._config): value for code, value in given.items()}
        write_properties(self._db, entity_id, validated(self._db, kind, thing.type, spelt))
