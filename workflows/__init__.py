"""The office: its organisation, forms, permissions, and the business of documents."""
