"""The audit trail: who did what, sealed into a chain that shows when an entry was changed or taken out."""
