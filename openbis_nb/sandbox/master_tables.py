"""The ELN's property types, vocabularies and entity types (contract section 7), as tables.

Codes that begin with ``$`` are managed internally; `masterdata` spells them as the configuration says.
In the lists of assigned properties ``!`` at the end means mandatory and ``-`` not shown in edit views.
"""

from __future__ import annotations

from typing import NamedTuple

_WORD_PROCESSOR = {"custom_widget": "Word Processor"}
_SPREADSHEET = {"custom_widget": "Spreadsheet"}


class PropertyRow(NamedTuple):
    """One property type."""

    code: str
    data_type: str
    label: str
    vocabulary: str | None = None
    meta_data: dict[str, str] = {}  # noqa: RUF012 (never changed)


class TypeRow(NamedTuple):
    """One entity type; ``sections`` maps a heading to the assigned properties, in order."""

    code: str
    sections: dict[str, str]
    code_prefix: str = ""
    auto_code: bool = False
    validation_plugin: str | None = None
    description: str = ""


VOCABULARIES: dict[str, tuple[str, ...]] = {
    "$STORAGE.STORAGE_VALIDATION_LEVEL": ("RACK", "BOX", "BOX_POSITION"),
    "$STORAGE_POSITION.STORAGE_BOX_SIZE": ("1X1", "4X4", "20X40", "10X10", "9X9"),
    "$SUPPLIER.LANGUAGE": ("ENGLISH", "GERMAN"),
    "$SUPPLIER.PREFERRED_ORDER_METHOD": ("MANUAL", "EMAIL", "FAX"),
    "$PRODUCT.CURRENCY": ("CHF", "EUR", "USD"),
    "$ORDER.ORDER_STATUS": ("NOT_YET_ORDERED", "ORDERED", "DELIVERED", "PAID"),
    "$DEFAULT_COLLECTION_VIEWS": ("FORM_VIEW", "LIST_VIEW"),
    "$WELL.COLOR_ENCODED_ANNOTATIONS": ("DEFAULT", "FAULTY"),
}


def _text(code: str, label: str) -> PropertyRow:
    return PropertyRow(code, "VARCHAR", label)


def _html(code: str, label: str) -> PropertyRow:
    return PropertyRow(code, "MULTILINE_VARCHAR", label, meta_data=_WORD_PROCESSOR)


def _whole(code: str, label: str) -> PropertyRow:
    return PropertyRow(code, "INTEGER", label)


def _term(code: str, label: str, vocabulary: str) -> PropertyRow:
    return PropertyRow(code, "CONTROLLEDVOCABULARY", label, vocabulary)


_COMMON = (
    _text("$NAME", "Name"),
    _html("NOTES", "Notes"),
    PropertyRow("$XMLCOMMENTS", "XML", "Comments"),
    _text("$HISTORY_ID", "History ID"),
    PropertyRow("$SHOW_IN_PROJECT_OVERVIEW", "BOOLEAN", "Show in project overview"),
    _html("$DOCUMENT", "Document"),
    PropertyRow("$ANNOTATIONS_STATE", "XML", "Annotations State"),
    PropertyRow("FINISHED_FLAG", "BOOLEAN", "Experiment completed"),
    PropertyRow("START_DATE", "TIMESTAMP", "Start date"),
    PropertyRow("END_DATE", "TIMESTAMP", "End date"),
    _html("REFERENCE", "References"),
    _html("PUBLICATION", "Publication"),
    _text("$DEFAULT_OBJECT_TYPE", "Default object type"),
    _term("$DEFAULT_COLLECTION_VIEW", "Default collection view", "$DEFAULT_COLLECTION_VIEWS"),
    _text("$ELN_SETTINGS", "ELN Settings"),
    _text("$BARCODE", "Custom Barcode/QR Code"),
    _term("$WELL.COLOR_ENCODED_ANNOTATION", "Color Annotation", "$WELL.COLOR_ENCODED_ANNOTATIONS"),
    _text("ANNOTATION.SYSTEM.COMMENTS", "Comments"),
    _whole("ANNOTATION.REQUEST.QUANTITY_OF_ITEMS", "Quantity of Items"),
)

_NOTEBOOK_ENTRIES = (
    _html("EXPERIMENTAL_STEP.EXPERIMENTAL_GOALS", "Experimental goals"),
    _html("EXPERIMENTAL_STEP.EXPERIMENTAL_DESCRIPTION", "Experimental description"),
    _html("EXPERIMENTAL_STEP.EXPERIMENTAL_RESULTS", "Experimental results"),
    PropertyRow("EXPERIMENTAL_STEP.SPREADSHEET", "XML", "Spreadsheet", meta_data=_SPREADSHEET),
    _text("DEFAULT_EXPERIMENT.GRANT", "Grant"),
    _html("DEFAULT_EXPERIMENT.EXPERIMENTAL_GOALS", "Goals"),
    _html("DEFAULT_EXPERIMENT.EXPERIMENTAL_DESCRIPTION", "Description"),
    _html("DEFAULT_EXPERIMENT.EXPERIMENTAL_RESULTS", "Results"),
    _text("FOR_WHAT", "For what"),
    _text("GENERAL_PROTOCOL.PROTOCOL_TYPE", "Protocol type"),
    _html("GENERAL_PROTOCOL.MATERIALS", "Materials"),
    _text("GENERAL_PROTOCOL.TIME_REQUIREMENT", "Time requirement"),
    _html("PROCEDURE", "Procedure"),
    _html("GENERAL_PROTOCOL.PROTOCOL_EVALUATION", "Protocol evaluation"),
    PropertyRow("GENERAL_PROTOCOL.SPREADSHEET", "XML", "Spreadsheet", meta_data=_SPREADSHEET),
)

_STORAGE = (
    _whole("$STORAGE.ROW_NUM", "Number of Rows"),
    _whole("$STORAGE.COLUMN_NUM", "Number of Columns"),
    _whole("$STORAGE.BOX_NUM", "Number of Boxes"),
    _whole("$STORAGE.STORAGE_SPACE_WARNING", "Rack Space Warning"),
    _whole("$STORAGE.BOX_SPACE_WARNING", "Box Space Warning"),
    _term("$STORAGE.STORAGE_VALIDATION_LEVEL", "Validation level", "$STORAGE.STORAGE_VALIDATION_LEVEL"),
    _text("$STORAGE_POSITION.STORAGE_CODE", "Storage Code"),
    _whole("$STORAGE_POSITION.STORAGE_RACK_ROW", "Storage Rack Row Number"),
    _whole("$STORAGE_POSITION.STORAGE_RACK_COLUMN", "Storage Rack Column Number"),
    _text("$STORAGE_POSITION.STORAGE_BOX_NAME", "Storage Box Name"),
    _term("$STORAGE_POSITION.STORAGE_BOX_SIZE", "Storage Box Size", "$STORAGE_POSITION.STORAGE_BOX_SIZE"),
    _text("$STORAGE_POSITION.STORAGE_BOX_POSITION", "Storage Box Position"),
    _text("$STORAGE_POSITION.STORAGE_USER", "Storage User Id"),
)

_STOCK = (
    _text("$SUPPLIER.COMPANY_ADDRESS_LINE_1", "Company address, line 1"),
    _text("$SUPPLIER.COMPANY_ADDRESS_LINE_2", "Company address, line 2"),
    _text("$SUPPLIER.COMPANY_FAX", "Company fax"),
    _text("$SUPPLIER.COMPANY_PHONE", "Company phone"),
    _text("$SUPPLIER.COMPANY_EMAIL", "Company email"),
    _term("$SUPPLIER.COMPANY_LANGUAGE", "Company language", "$SUPPLIER.LANGUAGE"),
    _text("$SUPPLIER.CUSTOMER_NUMBER", "Customer number"),
    _text("SUPPLIER.COMPANY_CONTACT_NAME", "Company contact name"),
    _text("SUPPLIER.COMPANY_CONTACT_EMAIL", "Company contact email"),
    _term("SUPPLIER.PREFERRED_ORDER_METHOD", "Preferred order method", "$SUPPLIER.PREFERRED_ORDER_METHOD"),
    PropertyRow("SUPPLIER.URL", "HYPERLINK", "URL"),
    _text("SUPPLIER.ADDITIONAL_INFORMATION", "Additional information"),
    _text("PRODUCT.PRODUCT_SECONDARY_NAMES", "Product secondary names"),
    _html("PRODUCT.DESCRIPTION", "Description"),
    _text("PRODUCT.COMPANY", "Company"),
    _text("$PRODUCT.CATALOG_NUM", "Catalog number"),
    _text("PRODUCT.CATEGORY", "Category"),
    _text("PRODUCT.HAZARD_STATEMENT", "Hazard statement"),
    PropertyRow("$PRODUCT.PRICE_PER_UNIT", "REAL", "Estimated price"),
    _term("$PRODUCT.CURRENCY", "Currency", "$PRODUCT.CURRENCY"),
    _text("PRODUCT.SIZE_OF_ITEM", "Size of item"),
    _term("$ORDERING.ORDER_STATUS", "Order status", "$ORDER.ORDER_STATUS"),
    _text("REQUEST.PROJECT", "Project"),
    _text("REQUEST.DEPARTMENT", "Department"),
    _text("REQUEST.BUYER", "Buyer"),
    _text("$ORDER.SHIP_TO", "Ship to"),
    _text("$ORDER.BILL_TO", "Bill to"),
    _text("$ORDER.SHIP_ADDRESS", "Ship address"),
    _text("$ORDER.CONTACT_PHONE", "Contact phone"),
    _text("$ORDER.CONTACT_FAX", "Contact fax"),
    PropertyRow("ORDER.PRICE_PAID", "REAL", "Price paid"),
    _text("$ORDER.ADDITIONAL_INFORMATION", "Additional information"),
    _text("$ORDER.ORDER_STATE", "Order state"),
    _text("$PUBLICATION.ORGANIZATION", "Organization"),
    _text("$PUBLICATION.TYPE", "Type"),
    _text("$PUBLICATION.IDENTIFIER", "Identifier"),
    PropertyRow("$PUBLICATION.URL", "HYPERLINK", "URL"),
    _html("$PUBLICATION.DESCRIPTION", "Description"),
    _text("$PUBLICATION.OPENBIS_RELATED_IDENTIFIERS", "openBIS related identifiers"),
)

PROPERTY_TYPES = (*_COMMON, *_NOTEBOOK_ENTRIES, *_STORAGE, *_STOCK)

_DATA = {"General info": "$NAME", "Comments": "NOTES $XMLCOMMENTS-"}

DATA_SET_TYPES = (
    TypeRow(
        "ANALYSIS_NOTEBOOK",
        {"General info": "$NAME", "Comments": "NOTES $XMLCOMMENTS- $HISTORY_ID-"},
        description="Jupyter notebook",
    ),
    *(
        TypeRow(code, _DATA)
        for code in (
            "RAW_DATA",
            "PROCESSED_DATA",
            "ANALYZED_DATA",
            "ATTACHMENT",
            "OTHER_DATA",
            "SOURCE_CODE",
            "ELN_PREVIEW",
            "PUBLICATION_DATA",
        )
    ),
    TypeRow("UNKNOWN", {}, description="Unknown"),
)

_XML = "$XMLCOMMENTS- $ANNOTATIONS_STATE-"
_DATE_RANGE = "EXPERIMENTAL_STEP.date_range_validation"

SAMPLE_TYPES = (
    TypeRow(
        "ENTRY",
        {"General info": "$NAME $SHOW_IN_PROJECT_OVERVIEW $DOCUMENT $ANNOTATIONS_STATE-"},
        "ENTRY",
        True,
    ),
    TypeRow(
        "EXPERIMENTAL_STEP",
        {
            "General info": "$NAME $SHOW_IN_PROJECT_OVERVIEW FINISHED_FLAG START_DATE END_DATE",
            "Experimental details": "EXPERIMENTAL_STEP.EXPERIMENTAL_GOALS "
            "EXPERIMENTAL_STEP.EXPERIMENTAL_DESCRIPTION EXPERIMENTAL_STEP.EXPERIMENTAL_RESULTS "
            "EXPERIMENTAL_STEP.SPREADSHEET",
            "References": "REFERENCE PUBLICATION",
            "Comments": f"NOTES {_XML}",
        },
        "EXP",
        True,
        _DATE_RANGE,
    ),
    TypeRow(
        "GENERAL_PROTOCOL",
        {
            "General info": "$NAME",
            "Protocol Details": "FOR_WHAT GENERAL_PROTOCOL.PROTOCOL_TYPE GENERAL_PROTOCOL.MATERIALS "
            "GENERAL_PROTOCOL.TIME_REQUIREMENT PROCEDURE GENERAL_PROTOCOL.PROTOCOL_EVALUATION "
            "GENERAL_PROTOCOL.SPREADSHEET",
            "References": "REFERENCE PUBLICATION",
            "Comments": f"NOTES {_XML}",
        },
        "GEN",
        True,
    ),
    TypeRow(
        "STORAGE",
        {
            "General info": "$NAME $STORAGE.ROW_NUM $STORAGE.COLUMN_NUM $STORAGE.BOX_NUM "
            "$STORAGE.STORAGE_SPACE_WARNING $STORAGE.BOX_SPACE_WARNING $STORAGE.STORAGE_VALIDATION_LEVEL!",
            "Comments": _XML,
        },
    ),
    TypeRow(
        "STORAGE_POSITION",
        {
            "Physical Storage": "$STORAGE_POSITION.STORAGE_CODE $STORAGE_POSITION.STORAGE_RACK_ROW "
            "$STORAGE_POSITION.STORAGE_RACK_COLUMN $STORAGE_POSITION.STORAGE_BOX_NAME "
            "$STORAGE_POSITION.STORAGE_BOX_SIZE $STORAGE_POSITION.STORAGE_BOX_POSITION "
            "$STORAGE_POSITION.STORAGE_USER",
            "Comments": _XML,
        },
        "STO",
        True,
        "STORAGE_POSITION.storage_position_validation",
    ),
    TypeRow(
        "SUPPLIER",
        {
            "General info": "$NAME",
            "Company information": "$SUPPLIER.COMPANY_ADDRESS_LINE_1 $SUPPLIER.COMPANY_ADDRESS_LINE_2 "
            "$SUPPLIER.COMPANY_FAX $SUPPLIER.COMPANY_PHONE $SUPPLIER.COMPANY_EMAIL "
            "$SUPPLIER.COMPANY_LANGUAGE $SUPPLIER.CUSTOMER_NUMBER SUPPLIER.COMPANY_CONTACT_NAME "
            "SUPPLIER.COMPANY_CONTACT_EMAIL SUPPLIER.PREFERRED_ORDER_METHOD SUPPLIER.URL "
            "SUPPLIER.ADDITIONAL_INFORMATION",
            "Comments": _XML,
        },
        "SUP",
        True,
    ),
    TypeRow(
        "PRODUCT",
        {
            "General info": "$NAME PRODUCT.PRODUCT_SECONDARY_NAMES PRODUCT.DESCRIPTION",
            "Product Information": "PRODUCT.COMPANY $PRODUCT.CATALOG_NUM PRODUCT.CATEGORY "
            "PRODUCT.HAZARD_STATEMENT $PRODUCT.PRICE_PER_UNIT $PRODUCT.CURRENCY PRODUCT.SIZE_OF_ITEM",
            "Comments": _XML,
        },
        "PRO",
        True,
    ),
    TypeRow(
        "REQUEST",
        {
            "General info": "$NAME",
            "Order information": "$ORDERING.ORDER_STATUS! REQUEST.PROJECT REQUEST.DEPARTMENT REQUEST.BUYER",
            "Comments": _XML,
        },
        "REQ",
        True,
    ),
    TypeRow(
        "ORDER",
        {
            "General info": "$NAME",
            "Order Information": "$ORDER.SHIP_TO $ORDER.BILL_TO $ORDER.SHIP_ADDRESS $ORDER.CONTACT_PHONE "
            "$ORDER.CONTACT_FAX $ORDERING.ORDER_STATUS! ORDER.PRICE_PAID $ORDER.ADDITIONAL_INFORMATION "
            "$ORDER.ORDER_STATE",
            "Comments": _XML,
        },
        "ORD",
    ),
    TypeRow(
        "PUBLICATION",
        {
            "General info": "$NAME! $PUBLICATION.ORGANIZATION! $PUBLICATION.TYPE! $PUBLICATION.IDENTIFIER! "
            "$PUBLICATION.URL! $PUBLICATION.DESCRIPTION $PUBLICATION.OPENBIS_RELATED_IDENTIFIERS",
            "Comments": _XML,
        },
        "PUB",
        True,
    ),
    TypeRow("GENERAL_ELN_SETTINGS", {"Settings": "$ELN_SETTINGS-"}),
)

EXPERIMENT_TYPES = (
    TypeRow("COLLECTION", {"General info": "$NAME $DEFAULT_OBJECT_TYPE $DEFAULT_COLLECTION_VIEW"}),
    TypeRow(
        "DEFAULT_EXPERIMENT",
        {
            "General info": "$NAME $DEFAULT_OBJECT_TYPE $SHOW_IN_PROJECT_OVERVIEW FINISHED_FLAG "
            "DEFAULT_EXPERIMENT.GRANT START_DATE END_DATE",
            "Experimental details": "DEFAULT_EXPERIMENT.EXPERIMENTAL_GOALS "
            "DEFAULT_EXPERIMENT.EXPERIMENTAL_DESCRIPTION DEFAULT_EXPERIMENT.EXPERIMENTAL_RESULTS",
            "References": "REFERENCE PUBLICATION",
            "Comments": "NOTES $XMLCOMMENTS-",
        },
        validation_plugin="DEFAULT_EXPERIMENT.date_range_validation",
    ),
)
