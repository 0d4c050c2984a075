"""Products section: products, transfers, anti-money-laundering, account providers."""
