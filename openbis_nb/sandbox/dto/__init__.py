"""What the server answers with: rows turned into V3 objects, as deep as the fetch options ask."""
