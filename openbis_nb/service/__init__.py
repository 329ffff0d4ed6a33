"""The service ``openbis`` at the hub: launches, the ELN's endpoint, the launcher's pages (design D3, D4, D8)."""
