"""Names of V3 methods: one of these that has no function is refused by name, anything else is unknown."""

_KINDS = (
    "Spaces Projects Experiments Samples DataSets Materials Attachments ExperimentTypes SampleTypes DataSetTypes "
    "MaterialTypes PropertyTypes Vocabularies VocabularyTerms Plugins Tags Persons AuthorizationGroups "
    "RoleAssignments ExternalDataManagementSystems SemanticAnnotations Queries PersonalAccessTokens "
    "OperationExecutions DataStores PropertyAssignments Deletions"
).split()

_OTHERS = (
    "loginAs loginAsAnonymousUser createDataStores searchGlobally searchEvents searchCustomASServices "
    "searchSearchDomainServices searchAggregationServices searchReportingServices searchProcessingServices "
    "searchObjectKindModifications executeCustomASService executeSearchDomainService "
    "executeAggregationService executeReportingService executeProcessingService executeOperations "
    "executeQuery executeSql archiveDataSets unarchiveDataSets lockDataSets unlockDataSets "
    "evaluatePlugin createPermIdStrings createCodes getRights getQueryDatabases searchQueryDatabases "
    "searchSessionInformation executeImport executeExport getServerPublicInformation "
    "createUploadedDataSet createFastDownloadSession searchFiles executeCustomDSSService createDataSetsForTest"
).split()

#: What the V3 interface of a real server has, as far as clients in the contract can ask for it.
V3_METHODS = frozenset(
    [verb + kind for verb in ("get", "search", "create", "update", "delete") for kind in _KINDS] + _OTHERS
)
