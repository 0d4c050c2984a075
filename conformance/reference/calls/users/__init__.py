"""Users section: logins, users, permissions, subscriptions, reports."""
