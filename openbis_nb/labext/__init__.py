"""What runs in a person's own Jupyter server: the landing of launches, saving, attaching (design D3, D12)."""
