"""Running the platform: operators and their trading systems, loyalty fees, mail, the day's end."""
