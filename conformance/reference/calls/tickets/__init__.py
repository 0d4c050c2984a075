"""Tickets section: deposits, withdrawals, templates, wallet tickets."""
