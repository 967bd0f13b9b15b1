"""Reading other people's servers without trusting them, for sources that are synchronised."""

from app.adapters.web.addresses import AddressRules, Refused
from app.adapters.web.client import SafeWeb

__all__ = ["AddressRules", "Refused", "SafeWeb"]
