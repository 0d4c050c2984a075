"""Private shares: companies that issue assets, who may act for them, and grants of shares."""
