"""The asset manager: account providers, assets, service users, and accounts as it sees them."""
