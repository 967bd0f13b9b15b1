"""Knowledge: bases, documents, FAQs, and the search over both."""
