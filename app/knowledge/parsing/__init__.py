"""How documents are read: with their scans, page by page as pictures, and with settings that may be tried first."""
