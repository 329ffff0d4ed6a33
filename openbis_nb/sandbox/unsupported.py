"""Names of V3 methods: one of these that has no function is refused by name, anything else is unknown."""

_KINDS = """
    Spaces Projects Experiments Samples DataSets Materials Attachments ExperimentTypes SampleTypes
    DataSetTypes MaterialTypes PropertyTypes Vocabularies VocabularyTerms Plugins Tags Persons
    AuthorizationGroups RoleAssignments ExternalDataManagementSystems SemanticAnnotations Queries
    PersonalAccessTokens
    OperationExecutions DataStores PropertyAssignments Deletions
"""
_OTHERS = """
    loginAs loginAsAnonymousUser searchGlobally searchEvents searchCustomASServices searchSearchDomainServices
    searchAggregationServices searchReportingServices searchProcessingServices searchObjectKindModifications
    executeCustomASService executeSearchDomainService executeAggregationService executeReportingService
    executeProcessingService executeOperations executeQuery executeSql executeImport executeExport
    archiveDataSets unarchiveDataSets lockDataSets unlockDataSets evaluatePlugin createPermIdStrings
    createCodes getRights searchQueryDatabases searchSessionInformation createUploadedDataSet
    createFastDownloadSession searchFiles executeCustomDSSService
"""
_VERBS = ("get", "search", "create", "update", "delete")

#: What the V3 interface of a real server has, as far as clients in the contract can ask for it.
V3_METHODS = frozenset([verb + kind for verb in _VERBS for kind in _KINDS.split()] + _OTHERS.split())
