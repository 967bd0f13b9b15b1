"""The shelf: all documents with their owners, tags, validity, review dates and uses; bulk actions and versions."""
